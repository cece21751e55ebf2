#include "kernel/overlay_mount.hpp"

#include "host/system_error.hpp"
#include "plan/exit_status.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>

namespace left4me {

FileDescriptor clone_idmapped(int directory, int user_namespace, const std::string& path) {
    FileDescriptor clone(
        ::open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH));
    if (!clone)
        throw SystemError("open_tree", path, errno);

    mount_attr attributes = {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<decltype(attributes.userns_fd)>(user_namespace);
    if (::mount_setattr(clone.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0)
        throw SystemError("mount_setattr", path, errno);
    return clone;
}

OverlayContext::OverlayContext(const std::string& source)
    : m_context(::fsopen("overlay", FSOPEN_CLOEXEC)) {
    if (!m_context)
        throw SystemError("fsopen", "overlay", errno);
    set("source", source.c_str());
}

void OverlayContext::set(const char* key, const char* value) {
    if (::fsconfig(m_context.get(), FSCONFIG_SET_STRING, key, value, 0) != 0)
        throw SystemError("fsconfig", fmt::format("{}={}", key, value), errno);
}

void OverlayContext::set(const char* key, int directory, const std::string& path) {
    if (::fsconfig(m_context.get(), FSCONFIG_SET_FD, key, nullptr, directory) == 0)
        return;
    // Nothing but the kernel's age: the descriptor is that of a directory.
    if (errno == EINVAL || errno == EOPNOTSUPP || errno == EBADF)
        throw VerbFailure(ExitStatus::system_call_failed,
                          fmt::format("{}: this kernel does not take an overlay's directories as "
                                      "descriptors: boot Linux 6.15 or later",
                                      path));
    throw SystemError("fsconfig", fmt::format("{}={}", key, path), errno);
}

FileDescriptor OverlayContext::create() {
    if (::fsconfig(m_context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        throw SystemError("fsconfig", "overlay", errno);
    FileDescriptor mount(
        ::fsmount(m_context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
    if (!mount)
        throw SystemError("fsmount", "overlay", errno);
    return mount;
}

void attach_mount(int mount, int target, const std::string& path) {
    if (::move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        throw SystemError("move_mount", path, errno);
}

} // namespace left4me
