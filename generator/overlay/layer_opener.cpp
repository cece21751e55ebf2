#include "generator/overlay/layer_opener.hpp"

#include "generator/host/directory_walk.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/layer_policy.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/printable.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <string_view>
#include <sys/vfs.h>

namespace left4me {

OpenLayer LayerOpener::open(const std::string& path) {
    const auto location = locate_layer(path, m_configuration.layer_roots);
    if (!location)
        left4me::refuse(
            {fmt::format("the layer {} is outside the allowed directories", printable(path)),
             "see LayerRoots= in left4me.conf"});

    const int root = open_root(location->root, path);
    FileDescriptor fd = walk(root, location->root, location->below_root, path);
    const struct stat status = status_of(fd.get(), path);
    return {{path, status.st_uid, status.st_dev, status.st_ino}, std::move(fd)};
}

int LayerOpener::open_root(const std::string& root, const std::string& layer) {
    FileDescriptor& fd = m_roots[root];
    if (!fd) {
        const FileDescriptor slash = checked(m_tree.open("/", O_PATH | O_DIRECTORY), "open", "/");
        const auto below = path_below(root, m_configuration.root);
        fd = below ? walk(m_state_root, m_configuration.root, std::string(*below), layer)
                   : walk(slash.get(), "", root.substr(1), layer);
    }
    return fd.get();
}

FileDescriptor LayerOpener::walk(int directory, const std::string& from, const std::string& path,
                                 const std::string& layer) const {
    DirectoryWalk walk = walk_beneath(directory, path);
    if (walk.fd)
        return std::move(walk.fd);
    if (const auto& change = walk.owner_change) {
        const std::string outer =
            change->outer == "." ? from : fmt::format("{}/{}", from, change->outer);
        refuse(layer,
               fmt::format("lies in {}/{}, which belongs to uid {}, in a directory of uid {}, who "
                           "can put another one in its place",
                           from, change->inner, change->inner_owner, change->outer_owner),
               fmt::format("give {} to root", outer.empty() ? "/" : outer));
    }
    if (walk.error == ENOENT)
        refuse(layer, "does not exist",
               "correct its name in L4D2_LOWERDIRS, create it, or take it out");
    if (walk.error == ENOTDIR)
        refuse(layer, "is not a directory", "take it out of L4D2_LOWERDIRS");
    if (walk.error == ELOOP || walk.error == EXDEV)
        refuse(layer, "has a symbolic link in its path below the allowed directory",
               "name the directory itself");
    throw SystemError("openat2", layer, walk.error);
}

void LayerOpener::refuse(const std::string& layer, std::string_view problem,
                         std::string_view remedy) const {
    throw Refusal(
        Refused::policy,
        error_at(m_instance.source, m_instance.layers_line,
                 {fmt::format("the layer {} {}", printable(layer), problem), std::string(remedy)}));
}

FileDescriptor open_state_root(const HostTree& tree, const HostConfiguration& configuration,
                               std::initializer_list<int> expected) {
    return checked(tree.open_without_symlinks(configuration.root, O_PATH | O_DIRECTORY), "open",
                   configuration.root, expected);
}

void refuse_idmap(const std::string& path, std::string_view why) {
    refuse(
        {fmt::format("the layer {} belongs to the sandbox, whose ids have to be swapped, and {}",
                     printable(path), why),
         "put it on a local ext4, xfs or btrfs, or give its top directory to the servers' user"});
}

void require_idmappable(int directory, const std::string& path) {
    struct statfs file_system = {};
    if (::fstatfs(directory, &file_system) == 0 && file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        refuse_idmap(path, "it lies on an overlay, which cannot be idmapped");
}

} // namespace left4me
