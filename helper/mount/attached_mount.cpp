#include "helper/mount/attached_mount.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "helper/mount/overlay_detach.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <utility>

namespace left4me {

namespace {

/// What the directory is called in the one around it. In this mount namespace a mount point keeps
/// its name, and in others it is for root to give it another.
std::string current_name(int directory, const std::string& path) {
    const auto target = read_link(AT_FDCWD, fmt::format("/proc/self/fd/{}", directory).c_str());
    if (!target)
        throw SystemError("readlink", path, errno);
    return target->substr(target->rfind('/') + 1);
}

} // namespace

AttachedMount::AttachedMount(FileDescriptor mount, FileDescriptor target, std::string path)
    : m_target(std::move(target)), m_path(std::move(path)),
      m_mount_id(mount_id_of(mount.get(), m_path)) {
    const FileDescriptor closed_at_the_end = std::move(mount);
    checked(::move_mount(closed_at_the_end.get(), "", m_target.get(), "",
                         MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
            "move_mount", m_path);
}

bool AttachedMount::unmount() const {
    const FileDescriptor parent(checked(
        ::openat(m_target.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", m_path + "/.."));
    const std::string name = current_name(m_target.get(), m_path);
    {
        const FileDescriptor mount =
            checked(open_beneath(parent.get(), name, O_PATH | O_DIRECTORY), "openat2", m_path);
        if (mount_id_of(mount.get(), m_path) != m_mount_id)
            return true;
        if (!make_read_only(mount.get(), m_path))
            return false;
    }
    detach_child(parent.get(), name, m_path);
    return true;
}

} // namespace left4me
