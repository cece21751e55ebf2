#pragma once

#include "generator/instance/health.hpp"

#include <string>

namespace left4me::watch {

/// Reads what is to be done about a server. It stands in the drop-in that left4me-generator wrote
/// at the last reload: instance.env is not for everybody to read, and systemd does not tell of
/// settings that it does not know.
///
/// \return Health::watch if there is no such drop-in that can be read
[[nodiscard]] Health health_of(const std::string& instance);

} // namespace left4me::watch
