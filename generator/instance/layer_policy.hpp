#pragma once

#include "generator/instance/host_configuration.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// What is wrong with a stack of layers (normalised, topmost first) as a whole.
struct LayerConflict {
    /// The index of the layer to name.
    std::size_t index;
    Complaint complaint;
};

/// Returns a conflict for each layer outside the allowed roots, repeated, or inside another one;
/// overlayfs answers the last two with ELOOP.
///
/// \param layers  normalised, topmost first
/// \return in their order, two for a layer that breaks two rules; empty if they may be mounted
[[nodiscard]] std::vector<LayerConflict> check_layers(const std::vector<std::string>& layers,
                                                      const std::vector<LayerRoot>& roots);

} // namespace left4me
