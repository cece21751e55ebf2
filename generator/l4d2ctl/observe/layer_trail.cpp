#include "generator/l4d2ctl/observe/layer_trail.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <utility>

namespace left4me::ctl {

namespace {

/// The overlay sees what lies below a mount in a layer, and so nothing of the mount.
///
/// \throw SystemError when the system is short of something
FileDescriptor open_entry(int directory, const std::string& name, const std::string& path) {
    FileDescriptor fd =
        open_with(directory, name, O_PATH | O_NOFOLLOW,
                  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
    if (!fd)
        throw_if_shortage(errno, "openat2", path);
    return fd;
}

FileType type_of(unsigned mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return FileType::directory;
    case S_IFLNK:
        return FileType::symlink;
    case S_IFIFO:
        return FileType::fifo;
    case S_IFSOCK:
        return FileType::socket;
    case S_IFCHR:
        return FileType::character_device;
    case S_IFBLK:
        return FileType::block_device;
    default:
        return FileType::file;
    }
}

FileTime time_of(const statx_timestamp& time) {
    return {time.tv_sec, time.tv_nsec};
}

OverlayMark find_mark(int fd, const struct statx& status) {
    // It may be opened with O_PATH, which fgetxattr(2) does not take.
    const std::string file = fmt::format("/proc/self/fd/{}", fd);
    const auto has = [&file](const char* name) {
        return ::getxattr(file.c_str(), name, nullptr, 0) >= 0;
    };
    char opaque = '\0';
    switch (status.stx_mode & S_IFMT) {
    case S_IFCHR:
        return status.stx_rdev_major == 0 && status.stx_rdev_minor == 0 ? OverlayMark::whiteout
                                                                        : OverlayMark::none;
    case S_IFDIR:
        // Exactly this, as the kernel wants it.
        if (::getxattr(file.c_str(), "trusted.overlay.opaque", &opaque, 1) == 1 && opaque == 'y')
            return OverlayMark::opaque;
        return has("trusted.overlay.redirect") ? OverlayMark::redirect : OverlayMark::none;
    case S_IFREG:
        // Whoever makes one means a whiteout, and before Linux 6.7 has an empty file.
        if (status.stx_size == 0 && has("trusted.overlay.whiteout"))
            return OverlayMark::whiteout;
        return has("trusted.overlay.metacopy") ? OverlayMark::metacopy : OverlayMark::none;
    default:
        return OverlayMark::none;
    }
}

LayerEntry describe_entry(int fd, const std::string& path) {
    const struct statx status = status_of(fd, STATX_BASIC_STATS | STATX_BTIME, path);
    LayerEntry entry;
    entry.type = type_of(status.stx_mode);
    entry.size = status.stx_size;
    entry.uid = status.stx_uid;
    entry.gid = status.stx_gid;
    entry.mode = status.stx_mode & ~static_cast<unsigned>(S_IFMT);
    entry.modified = time_of(status.stx_mtime);
    entry.changed = time_of(status.stx_ctime);
    if ((status.stx_mask & STATX_BTIME) != 0)
        entry.born = time_of(status.stx_btime);
    if (entry.type == FileType::symlink) {
        auto target = read_link(fd, "");
        if (!target)
            throw SystemError("readlinkat", path, errno);
        entry.target = *std::move(target);
    }
    entry.mark = find_mark(fd, status);
    return entry;
}

} // namespace

std::optional<LayerEntry> look_at_entry(int directory, const std::string& name,
                                        const std::string& path) {
    const FileDescriptor fd = open_entry(directory, name, path);
    return fd ? std::optional(describe_entry(fd.get(), path)) : std::nullopt;
}

LayerTrail look_along(int layer, const std::string& path,
                      const std::vector<std::string>& components) {
    LayerTrail trail;
    FileDescriptor current;
    for (const std::string& component : components) {
        FileDescriptor next = open_entry(current ? current.get() : layer, component, path);
        if (!next) {
            const bool absent = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
            trail.obstacle = absent ? 0 : errno;
            break;
        }
        current = std::move(next);
        trail.entries.push_back(describe_entry(current.get(), path));
        if (trail.entries.back().type != FileType::directory)
            break;
    }
    return trail;
}

} // namespace left4me::ctl
