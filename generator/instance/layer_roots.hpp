#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// The default of LayerRoots= in left4me.conf. Those below the state root are made by
/// units.in/left4me.tmpfiles.conf.in; packaging/debian/postrm and the example updating-a-layer name
/// them, too.
inline constexpr std::string_view default_layer_roots =
    "installation:overlays/*:global_overlay_cache/*:workshop_cache/*";

/// A directory that layers may come from.
struct LayerRoot {
    /// Absolute and normalised.
    std::string path;
    /// Whether the directory itself is a layer too (`installation`), or only what is below it
    /// (`overlays/*`).
    bool is_layer;
};

/// Where a layer lies: the directory that the administrator allowed, and the way down from there.
struct LayerLocation {
    std::string root;
    /// "" if the allowed directory itself is the layer.
    std::string below_root;
};

/// Returns the first of `roots` that `layer` (normalised) lies in; nothing if it is outside all of
/// them. A root itself counts only if it may be a layer. Text alone is compared: whoever opens the
/// layer makes sure that no symlink leads out of the root.
[[nodiscard]] std::optional<LayerLocation> locate_layer(std::string_view layer,
                                                        const std::vector<LayerRoot>& roots);

/// The roots for a person, in one line.
[[nodiscard]] std::string describe(const std::vector<LayerRoot>& roots);

} // namespace left4me
