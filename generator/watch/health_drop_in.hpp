#pragma once

#include "generator/instance/health.hpp"

#include <string_view>

namespace left4me::watch {

/// Returns what the text of a generated drop-in says of the health of its server
/// (X-Left4me-Health=); Health::watch if it says nothing that is known.
[[nodiscard]] Health health_in(std::string_view drop_in);

} // namespace left4me::watch
