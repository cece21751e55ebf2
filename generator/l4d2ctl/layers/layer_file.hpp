#pragma once

#include "generator/l4d2ctl/layers/layer_lookup.hpp"
#include "generator/l4d2ctl/layers/layer_words.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// One directory of an instance's stack, and what it has on the way to a path.
struct LookedInto {
    /// The path of the layer or upper.
    std::string path;
    /// Whether ids are swapped in front of it.
    bool idmapped = false;
    LayerTrail trail;
};

/// \param layer  an index into FileOrigin::layers
[[nodiscard]] constexpr bool is_upper(std::size_t layer) {
    return layer == 0;
}

/// Where a file of an instance comes from.
struct FileOrigin {
    std::string instance;
    /// Upper first, then the layers that could be looked into, topmost first.
    std::vector<LookedInto> layers;
    /// Its indices are those of `layers`.
    Lookup lookup;
    /// Whether everything could be looked at: all layers, and the kernel's marks in them.
    bool complete = true;
};

/// Whether a layer has something at the path, shown or hidden. False if the path is absent, or
/// leads through a file, and nothing is hidden.
[[nodiscard]] bool is_known(const FileOrigin& origin);

/// For people.
///
/// \param components  of the path that was looked up; empty for the top
/// \param merged      the path ROOT/runtime/NAME/merged, to say where a symlink leads
[[nodiscard]] std::string describe(const FileOrigin& origin,
                                   const std::vector<std::string>& components,
                                   std::string_view merged, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
///
/// \param components  of the path that was looked up, in every one of `origins`
[[nodiscard]] std::string to_json(const std::vector<FileOrigin>& origins,
                                  const std::vector<std::string>& components,
                                  const KnownUsers& users);

} // namespace left4me::ctl
