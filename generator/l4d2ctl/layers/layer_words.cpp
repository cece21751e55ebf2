#include "generator/l4d2ctl/layers/layer_words.hpp"

#include "generator/text/json_text.hpp"

#include <utility>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int layers_version = 1;

} // namespace

std::string layers_json(const char* view, nlohmann::ordered_json instances) {
    return printed(
        {{"version", layers_version}, {"view", view}, {"instances", std::move(instances)}});
}

} // namespace left4me::ctl
