#pragma once

#include "generator/l4d2ctl/layers/layer_lookup.hpp"
#include "generator/l4d2ctl/layers/layer_words.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// Where one directory of an instance's stack leads towards a path.
struct LookedInto {
    std::string path;
    bool idmapped = false;
    LayerTrail trail;
};

/// \param layer  by its place in FileOrigin::layers
[[nodiscard]] constexpr bool is_upper(std::size_t layer) {
    return layer == 0;
}

/// Where a file of an instance comes from.
struct FileOrigin {
    std::string instance;
    /// Upper first, and the layers that could be looked into, topmost first.
    std::vector<LookedInto> layers;
    Lookup lookup;
    /// Whether everything could be looked at: all layers, and the marks of the kernel's.
    bool complete = true;
};

/// Whether there is anything to say of it but that it is not there.
[[nodiscard]] bool is_known(const FileOrigin& origin);

/// For people.
///
/// \param merged  ROOT/runtime/NAME/merged
[[nodiscard]] std::string describe(const FileOrigin& origin,
                                   const std::vector<std::string>& components,
                                   std::string_view merged, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
[[nodiscard]] std::string to_json(const std::vector<FileOrigin>& origins,
                                  const std::vector<std::string>& components,
                                  const KnownUsers& users);

} // namespace left4me::ctl
