#pragma once

#include "generator/overlay/layer_layout.hpp"
#include "generator/overlay/layer_opener.hpp"

namespace left4me {

/// Lists the two upper levels of a layer, a few hundred entries at most, past no symlink and into
/// no other mount. A directory that cannot be opened is listed as incomplete.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] LayerListing list_layer(const OpenLayer& layer);

} // namespace left4me
