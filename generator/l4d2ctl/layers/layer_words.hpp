#pragma once

#include "generator/l4d2ctl/layers/layer_users.hpp"
#include "generator/l4d2ctl/words/text_style.hpp"

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace left4me::ctl {

/// A point in time for people, from seconds since the epoch.
using TimeText = std::function<std::string(std::int64_t)>;

/// How a view is put into words.
struct LayerStyle {
    KnownUsers users;
    TimeText time_text;
    TextStyle text;
};

/// The JSON of a view, as text: packaging/schema/l4d2ctl-layers.schema.json.
///
/// \param view       `stack`, `file` or `drift`
/// \param instances  an array
[[nodiscard]] std::string layers_json(const char* view, nlohmann::ordered_json instances);

} // namespace left4me::ctl
