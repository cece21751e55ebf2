#include "generator/instance/layer_roots.hpp"

#include "generator/text/path_text.hpp"

#include <fmt/format.h>

namespace left4me {

std::optional<LayerLocation> locate_layer(std::string_view layer,
                                          const std::vector<LayerRoot>& roots) {
    for (const LayerRoot& root : roots) {
        const auto below = path_below(layer, root.path);
        if (below && (root.is_layer || !below->empty()))
            return LayerLocation{root.path, std::string(*below)};
    }
    return std::nullopt;
}

std::string describe(const std::vector<LayerRoot>& roots) {
    std::string text;
    for (const LayerRoot& root : roots)
        text +=
            fmt::format("{}{}{}", text.empty() ? "" : ", ", root.path, root.is_layer ? "" : "/*");
    return text;
}

} // namespace left4me
