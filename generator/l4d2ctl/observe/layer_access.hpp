#pragma once

#include "generator/l4d2ctl/layers/file_access.hpp"
#include "generator/overlay/layer_opener.hpp"

#include <cstddef>

namespace left4me::ctl {

/// What the servers' user may do in a layer.
struct LayerAccess {
    /// Regular files and directories only. The layer's own directory does not count, since upper's
    /// stands for it, and neither does a file with an access control list (acl(5)).
    UnreadableFiles unreadable;
    /// Whether the caller could not look at something.
    bool hidden = false;
    /// Whether there was more than was to be looked at.
    bool cut_short = false;
    /// How many files and directories were looked at, with the layer's own.
    std::size_t entries = 0;
};

/// Walks through a layer. It follows no symlink and enters no other mount.
///
/// \param most  entries to look at
/// \throw SystemError if a call fails for another reason than a lack of permission
[[nodiscard]] LayerAccess look_through_layer(const OpenLayer& layer, const LayerSight& sight,
                                             std::size_t most);

} // namespace left4me::ctl
