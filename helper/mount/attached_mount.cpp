#include "helper/mount/attached_mount.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "helper/mount/overlay_takedown.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

std::uint64_t id_of_mount(int mount, const std::string& path) {
    struct statx status = {};
    if (::statx(mount, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0)
        throw SystemError("statx", path, errno);
    return status.stx_mnt_id;
}

/// What the directory is called in the one around it. In this mount namespace a mount point keeps
/// its name, and in others it is for root to give it another.
std::string current_name(int directory, const std::string& path) {
    std::array<char, PATH_MAX> target = {};
    const ssize_t length = ::readlink(fmt::format("/proc/self/fd/{}", directory).c_str(),
                                      target.data(), target.size());
    if (length < 0)
        throw SystemError("readlink", path, errno);
    const std::string text(target.data(), static_cast<std::size_t>(length));
    return text.substr(text.rfind('/') + 1);
}

} // namespace

AttachedMount::AttachedMount(FileDescriptor mount, FileDescriptor target, std::string path)
    : m_target(std::move(target)), m_path(std::move(path)),
      m_mount_id(id_of_mount(mount.get(), m_path)) {
    const FileDescriptor closed_at_the_end = std::move(mount);
    if (::move_mount(closed_at_the_end.get(), "", m_target.get(), "",
                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        throw SystemError("move_mount", m_path, errno);
}

bool AttachedMount::unmount() const {
    const FileDescriptor parent(::openat(m_target.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent)
        throw SystemError("open", m_path + "/..", errno);
    const std::string name = current_name(m_target.get(), m_path);
    {
        const FileDescriptor mount = open_beneath(parent.get(), name, O_PATH | O_DIRECTORY);
        if (!mount)
            throw SystemError("openat2", m_path, errno);
        if (id_of_mount(mount.get(), m_path) != m_mount_id)
            return true;
        if (!make_read_only(mount.get(), m_path))
            return false;
    }
    detach_child(parent.get(), name, m_path);
    return true;
}

} // namespace left4me
