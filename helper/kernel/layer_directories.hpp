#pragma once

#include "host/file_descriptor.hpp"
#include "host/host_tree.hpp"
#include "instance/instance.hpp"
#include "plan/mount_plan.hpp"

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

/// Opens every layer of `instance`, beneath its allowed root and past no symlink.
///
/// \param root      the opened state root
/// \param instance  one that has passed check_layer_policy()
/// \throw VerbFailure when one is missing, no directory, or behind a symlink; SystemError
[[nodiscard]] std::vector<OpenLayer> open_layers(const HostTree& tree, int root,
                                                 const Instance& instance,
                                                 const HostConfiguration& configuration);

} // namespace left4me
