#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace left4me {

/// A layer's directory, opened once with O_PATH; from here on its path is only its name. It owns
/// the descriptor and cannot be copied.
struct OpenLayer {
    ObservedLayer layer;
    FileDescriptor fd;
};

/// Opens the state root with O_PATH. Its symlinks have been resolved, and one that is there now is
/// not followed (ELOOP).
///
/// \param expected  errnos with which it may fail
/// \return an empty descriptor if it failed with one of those, with errno set
/// \throw SystemError (open, the state root) if it failed with any other
[[nodiscard]] FileDescriptor open_state_root(const HostTree& tree,
                                             const HostConfiguration& configuration,
                                             std::initializer_list<int> expected = {});

/// Opens layers of an instance one by one, each beneath its allowed root and past no symlink. It
/// keeps the allowed roots open, and its four arguments have to outlive it.
class LayerOpener {
  public:
    /// \param root      the opened state root
    /// \param instance  one that has passed check_layer_policy()
    LayerOpener(const HostTree& tree, int root, const Instance& instance,
                const HostConfiguration& configuration)
        : m_tree(tree), m_state_root(root), m_instance(instance), m_configuration(configuration) {}

    /// \param path  of a layer, normalised
    /// \throw Refusal if it is missing, not a directory, behind a symlink, outside the allowed
    ///        roots, or in a directory whose owner could replace it (walk_beneath())
    /// \throw SystemError (open, openat2, fstat)
    [[nodiscard]] OpenLayer open(const std::string& path);

  private:
    int open_root(const std::string& root, const std::string& layer);
    /// \param from  the path of `directory`
    [[nodiscard]] FileDescriptor walk(int directory, const std::string& from,
                                      const std::string& path, const std::string& layer) const;
    [[noreturn]] void refuse(const std::string& layer, std::string_view problem,
                             std::string_view remedy) const;

    const HostTree& m_tree;
    int m_state_root;
    const Instance& m_instance;
    const HostConfiguration& m_configuration;
    std::map<std::string, FileDescriptor> m_roots;
};

/// Checks that a layer can be idmapped, as far as that can be seen without trying.
///
/// \param directory  of the layer, opened
/// \param path       of it, for errors
/// \throw Refusal if it lies on an overlay
void require_idmappable(int directory, const std::string& path);

/// Refuses a layer that belongs to the sandbox and cannot be idmapped.
///
/// \param why  a clause: "it lies on …"
/// \throw Refusal  always
[[noreturn]] void refuse_idmap(const std::string& path, std::string_view why);

} // namespace left4me
