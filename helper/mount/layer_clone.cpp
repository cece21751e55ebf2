#include "helper/mount/layer_clone.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/idmappable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>

namespace left4me {

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
        throw not_idmappable(path, "its file system cannot be idmapped by this kernel");
    if (error == EPERM)
        throw not_idmappable(path, "it is idmapped already");
    throw SystemError("mount_setattr", path, error);
}

} // namespace left4me
