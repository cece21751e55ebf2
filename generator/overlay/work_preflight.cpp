#include "generator/overlay/work_preflight.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/printable.hpp"
#include "generator/text/refusal.hpp"

#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <tuple>

namespace left4me {

namespace {

/// What the kernel leaves in work/work is a few files; whoever has put more there is root.
constexpr int most_levels = 3;
constexpr std::size_t most_entries = 10'000;

/// Opening anything but these could wait for somebody.
constexpr int look_flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW;

void require_removable(int fd, const std::string& path) {
    int flags = 0;
    // A file system that has no such attributes says so.
    if (::ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
        return;
    for (const auto& [flag, letter, word] : {std::tuple(FS_IMMUTABLE_FL, 'i', "immutable"),
                                             std::tuple(FS_APPEND_FL, 'a', "append-only")})
        if ((flags & flag) != 0)
            refuse({fmt::format("{} is {}, so the kernel would mount the overlay read-only",
                                printable_path(path), word),
                    fmt::format("run chattr -{} on it", letter)});
}

void require_removable_entries(int directory, const std::string& path, int level,
                               std::size_t& entries_left) {
    for_each_entry(directory, path, entries_left, [&](std::string_view name) {
        --entries_left;
        const std::string entry(name);
        const FileDescriptor fd = open_beneath(directory, entry, look_flags);
        if (!fd)
            return;
        require_removable(fd.get(), fmt::format("{}/{}", path, entry));
        if (level < most_levels)
            if (const FileDescriptor inner =
                    open_beneath(directory, entry, look_flags | O_DIRECTORY))
                require_removable_entries(inner.get(), fmt::format("{}/{}", path, entry), level + 1,
                                          entries_left);
    });
}

struct statvfs room_of(int directory, const std::string& path) {
    struct statvfs file_system = {};
    checked(::fstatvfs(directory, &file_system), "fstatvfs", path);
    return file_system;
}

/// Whether no file can be made. Some file systems count no blocks or inodes.
bool is_full(const struct statvfs& file_system, fsblkcnt_t blocks_left) {
    return (file_system.f_blocks > 0 && blocks_left == 0) ||
           (file_system.f_files > 0 && file_system.f_ffree == 0);
}

[[noreturn]] void refuse_for_room(const std::string& path) {
    refuse({fmt::format("the file system of {} has no space or no inodes left, so the kernel would "
                        "mount the overlay read-only",
                        path),
            "make room (see df and df -i)"});
}

} // namespace

void check_work(const InstanceDirectories& directories, const std::string& path) {
    if (!directories.work)
        return;
    const std::string work = path + "/work";
    const FileDescriptor fd =
        checked(open_beneath(directories.work.get(), ".", O_RDONLY | O_DIRECTORY), "openat2", work);
    require_removable(fd.get(), work);
    const FileDescriptor inner = open_beneath(fd.get(), "work", O_RDONLY | O_DIRECTORY);
    if (!inner) {
        const struct statvfs file_system = room_of(fd.get(), work);
        if (is_full(file_system, file_system.f_bfree))
            refuse_for_room(work);
        return;
    }
    require_removable(inner.get(), work + "/work");
    std::size_t entries_left = most_entries;
    require_removable_entries(inner.get(), work + "/work", 1, entries_left);
}

void require_writable_overlay(int overlay, const std::string& path) {
    const struct statvfs file_system = room_of(overlay, path + "/merged");
    if ((file_system.f_flag & ST_RDONLY) == 0)
        return;
    // An ext4 that is full has blocks left that it gives to nobody.
    if (is_full(file_system, file_system.f_bavail))
        refuse_for_room(path + "/work");
    refuse({fmt::format("the kernel has mounted the overlay read-only, since it could not "
                        "make {}/work/work or not empty it",
                        path),
            fmt::format("see dmesg, and remove {}/work", path)});
}

} // namespace left4me
