#pragma once

#include "generator/instance/host_configuration.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Where a layer lies: the directory that the administrator allowed, and the way down from there.
struct LayerLocation {
    std::string root;
    /// "" when the allowed directory itself is the layer.
    std::string below_root;
};

/// The allowed root that `layer` (normalised) lies in, or nothing when it is outside all of them.
/// Text only: that no symlink leads out of the root is for whoever opens it to enforce.
[[nodiscard]] std::optional<LayerLocation> locate_layer(std::string_view layer,
                                                        const std::vector<LayerRoot>& roots);

/// What is wrong with a stack of layers (normalised, topmost first) as a whole.
struct LayerConflict {
    /// The index of the layer to name.
    std::size_t index;
    Complaint complaint;
};

/// Layers outside the allowed roots, repeated, or inside one another; overlayfs answers the last
/// two with ELOOP. Empty when the stack may be mounted.
[[nodiscard]] std::vector<LayerConflict> check_layers(const std::vector<std::string>& layers,
                                                      const std::vector<LayerRoot>& roots);

} // namespace left4me
