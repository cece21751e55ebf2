#include "generator/instance/layer_policy.hpp"

#include "generator/instance/doubts.hpp"
#include "generator/text/path_text.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <set>

namespace left4me {

namespace {

Complaint complaint_of_outside(const std::string& layer, const std::vector<LayerRoot>& roots) {
    const auto doubt = doubt_about_layer(layer);
    return {
        fmt::format("the layer {} is outside the allowed directories", printable(layer)),
        doubt ? doubt->remedy
              : fmt::format("use one below {}, or add its directory to LayerRoots= in left4me.conf",
                            describe(roots))};
}

/// The nearest directory above `path` that is in `layers`, or the end.
template <typename Layers>
auto find_above(const Layers& layers, std::string_view path) {
    while (path.size() > 1) {
        path = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
        if (const auto found = layers.find(path); found != layers.end())
            return found;
    }
    return layers.end();
}

} // namespace

std::vector<LayerConflict> check_layers(const std::vector<std::string>& layers,
                                        const std::vector<LayerRoot>& roots) {
    const std::set<std::string_view> all(layers.begin(), layers.end());
    std::set<std::string_view> seen;
    std::vector<LayerConflict> conflicts;

    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string& layer = layers[i];
        if (!locate_layer(layer, roots))
            conflicts.push_back({i, complaint_of_outside(layer, roots)});
        if (!seen.insert(layer).second)
            conflicts.push_back({i,
                                 {fmt::format("the layer {} is listed twice", printable(layer)),
                                  "remove one of them"}});
        else if (const auto above = find_above(all, layer); above != all.end())
            conflicts.push_back({i,
                                 {fmt::format("the layer {} lies inside the layer {}",
                                              printable(layer), printable(*above)),
                                  "remove one of them"}});
    }
    return conflicts;
}

} // namespace left4me
