#include "helper/mount/layer_clone.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>

namespace left4me {

FileDescriptor clone_mount(int directory, const std::string& path) {
    return FileDescriptor(
        checked(::open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH),
                "open_tree", path));
}

FileDescriptor clone_idmapped(int directory, int user_namespace, const std::string& path) {
    FileDescriptor clone = clone_mount(directory, path);
    mount_attr attributes = {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<decltype(attributes.userns_fd)>(user_namespace);
    // mount_setattr(2), "ERRORS"; the user namespace and its maps are ours and right.
    if (checked(::mount_setattr(clone.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes),
                "mount_setattr", path, {EINVAL, EPERM}) == 0)
        return clone;
    if (errno == EPERM)
        refuse_idmap(path, "it is idmapped already");
    require_idmappable(directory, path);
    refuse_idmap(path, "its file system cannot be idmapped by this kernel");
}

FileDescriptor open_in_clone(int clone, const std::string& name, int opened,
                             const std::string& parent_path) {
    const std::string path = parent_path + "/" + name;
    FileDescriptor fd = checked(open_beneath(clone, name, O_PATH | O_DIRECTORY), "openat2", path,
                                {ENOENT, ELOOP, ENOTDIR});
    if (!fd || identify_directory(fd.get(), path) != identify_directory(opened, path))
        refuse({fmt::format("{} was replaced while it was being mounted", path), "try again"},
               Refused::busy);
    return fd;
}

} // namespace left4me
