#include "generator/overlay/layer_clone.hpp"

#include "generator/host/system_error.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <string_view>
#include <sys/mount.h>
#include <sys/vfs.h>

namespace left4me {

namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
    throw Refusal(
        Refused::policy,
        {fmt::format("the layer {} belongs to the sandbox, whose ids have to be swapped, and {}",
                     printable(path), why),
         "put it on a local ext4, xfs or btrfs, or give its top directory to the servers' user"});
}

bool is_on_overlay(int directory) {
    struct statfs file_system = {};
    return ::fstatfs(directory, &file_system) == 0 && file_system.f_type == OVERLAYFS_SUPER_MAGIC;
}

} // namespace

void require_idmappable(int directory, const std::string& path) {
    if (is_on_overlay(directory))
        refuse(path, "it lies on an overlay, which cannot be idmapped");
}

FileDescriptor clone_mount(int directory, const std::string& path) {
    FileDescriptor clone(
        ::open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH));
    if (clone)
        return clone;
    throw SystemError("open_tree", path, errno);
}

FileDescriptor clone_idmapped(int directory, int user_namespace, const std::string& path) {
    FileDescriptor clone = clone_mount(directory, path);
    mount_attr attributes = {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<decltype(attributes.userns_fd)>(user_namespace);
    if (::mount_setattr(clone.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0)
        return clone;
    const int error = errno;
    // mount_setattr(2), "ERRORS"; the user namespace and its maps are ours and right.
    if (error == EINVAL)
        require_idmappable(directory, path);
    if (error == EINVAL)
        refuse(path, "its file system cannot be idmapped by this kernel");
    if (error == EPERM)
        refuse(path, "it is idmapped already");
    throw SystemError("mount_setattr", path, error);
}

} // namespace left4me
