#include "generator/overlay/layer_directories.hpp"

#include "generator/host/directory_walk.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/layer_policy.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>

namespace left4me {

OpenLayer LayerOpener::open(const std::string& path) {
    const auto location = locate_layer(path, m_configuration.layer_roots);
    if (!location)
        throw Refusal(
            Refused::policy,
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
        if (const auto below = path_below(root, m_configuration.root))
            fd = walk(m_state_root, m_configuration.root, std::string(*below), layer);
        else
            fd = open_outside_state_root(root, layer);
    }
    return fd.get();
}

FileDescriptor LayerOpener::open_outside_state_root(const std::string& root,
                                                    const std::string& layer) const {
    const FileDescriptor slash = m_tree.open("/", O_PATH | O_DIRECTORY);
    if (!slash)
        throw SystemError("open", "/", errno);
    return walk(slash.get(), "", root.substr(1), layer);
}

FileDescriptor LayerOpener::walk(int directory, const std::string& from, const std::string& path,
                                 const std::string& layer) const {
    DirectoryWalk walk = walk_beneath(directory, path);
    if (walk.owner_change)
        refuse_owner_change(layer, from, *walk.owner_change);
    if (!walk.fd)
        fail(layer, walk.error);
    return std::move(walk.fd);
}

void LayerOpener::refuse_owner_change(const std::string& layer, const std::string& from,
                                      const OwnerChange& change) const {
    const std::string outer = change.outer == "." ? from : fmt::format("{}/{}", from, change.outer);
    refuse(layer,
           fmt::format("lies in {}/{}, which belongs to uid {}, in a directory of uid {}, who "
                       "can put another one in its place",
                       from, change.inner, change.inner_owner, change.outer_owner),
           fmt::format("give {} to root", outer.empty() ? "/" : outer));
}

void LayerOpener::fail(const std::string& layer, int error) const {
    if (error == ENOENT)
        refuse(layer, "does not exist", "create it, or take it out of L4D2_LOWERDIRS");
    if (error == ENOTDIR)
        refuse(layer, "is not a directory", "take it out of L4D2_LOWERDIRS");
    if (error == ELOOP || error == EXDEV)
        refuse(layer, "has a symbolic link in its path below the allowed directory",
               "name the directory itself");
    throw SystemError("openat2", layer, error);
}

void LayerOpener::refuse(const std::string& layer, std::string_view problem,
                         std::string_view remedy) const {
    throw Refusal(Refused::policy,
                  Diagnostic{Severity::error,
                             m_instance.source,
                             m_instance.layers_line,
                             {fmt::format("the layer {} {}", printable(layer), problem),
                              std::string(remedy)}});
}

FileDescriptor open_state_root(const HostTree& tree, const HostConfiguration& configuration) {
    FileDescriptor fd = tree.open_without_symlinks(configuration.root, O_PATH | O_DIRECTORY);
    if (!fd)
        throw SystemError("open", configuration.root, errno);
    return fd;
}

std::vector<OpenLayer> open_layers(const HostTree& tree, int root, const Instance& instance,
                                   const HostConfiguration& configuration) {
    LayerOpener opener(tree, root, instance, configuration);
    std::vector<OpenLayer> layers;
    for (const std::string& path : instance.layers)
        layers.push_back(opener.open(path));
    return layers;
}

} // namespace left4me
