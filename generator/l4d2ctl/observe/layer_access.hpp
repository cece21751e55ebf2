#pragma once

#include "generator/l4d2ctl/layers/file_access.hpp"
#include "generator/overlay/layer_directories.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace left4me::ctl {

/// What the servers' user may do in a layer.
struct LayerAccess {
    /// Symbolic links, devices and the layer's own directory, for which upper's stands, are none of
    /// them, and neither is what has an access control list (acl(5)).
    UnreadableFiles unreadable;
    /// Something could not be looked at by whoever runs this.
    bool hidden = false;
    /// There was more than was to be looked at.
    bool cut_short = false;
    /// How many files and directories were looked at.
    std::size_t entries = 0;
};

/// Walks through a layer, past no symlink and into no other mount.
///
/// \param most  entries to look at
/// \throw SystemError
[[nodiscard]] LayerAccess look_through_layer(const OpenLayer& layer, const LayerSight& sight,
                                             std::size_t most);

/// Whether a server may write to left4dead2 of this directory.
///
/// \param directory  a layer or an upper, opened
/// \param path       of it, for errors
/// \return nothing when it has no such directory
/// \throw SystemError
[[nodiscard]] std::optional<bool> may_write_to_game(int directory, const std::string& path,
                                                    const LayerSight& sight);

} // namespace left4me::ctl
