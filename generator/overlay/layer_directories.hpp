#pragma once

#include "generator/host/directory_walk.hpp"
#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A layer's directory, opened once; from here on its path is only its name.
struct OpenLayer {
    ObservedLayer layer;
    FileDescriptor fd;
};

/// Opens the state root. Its symlinks have been resolved, and one that is there now is not
/// followed.
///
/// \throw SystemError
[[nodiscard]] FileDescriptor open_state_root(const HostTree& tree,
                                             const HostConfiguration& configuration);

/// Opens layers of an instance one by one, each beneath its allowed root and past no symlink.
class LayerOpener {
  public:
    /// \param root      the opened state root
    /// \param instance  one that has passed check_layer_policy()
    LayerOpener(const HostTree& tree, int root, const Instance& instance,
                const HostConfiguration& configuration)
        : m_tree(tree), m_state_root(root), m_instance(instance), m_configuration(configuration) {}

    /// \throw Refusal when it is missing, not a directory, or behind a symlink; SystemError
    [[nodiscard]] OpenLayer open(const std::string& path);

  private:
    int open_root(const std::string& root, const std::string& layer);
    [[nodiscard]] FileDescriptor open_outside_state_root(const std::string& root,
                                                         const std::string& layer) const;
    /// \param from  the path of `directory`
    [[nodiscard]] FileDescriptor walk(int directory, const std::string& from,
                                      const std::string& path, const std::string& layer) const;
    [[noreturn]] void refuse_owner_change(const std::string& layer, const std::string& from,
                                          const OwnerChange& change) const;
    [[noreturn]] void fail(const std::string& layer, int error) const;
    [[noreturn]] void refuse(const std::string& layer, std::string_view problem,
                             std::string_view remedy) const;

    const HostTree& m_tree;
    int m_state_root;
    const Instance& m_instance;
    const HostConfiguration& m_configuration;
    std::map<std::string, FileDescriptor> m_roots;
};

/// Opens every layer of `instance`, beneath its allowed root and past no symlink.
///
/// \param root      the opened state root
/// \param instance  one that has passed check_layer_policy()
/// \throw Refusal when one is missing, no directory, or behind a symlink; SystemError
[[nodiscard]] std::vector<OpenLayer> open_layers(const HostTree& tree, int root,
                                                 const Instance& instance,
                                                 const HostConfiguration& configuration);

} // namespace left4me
