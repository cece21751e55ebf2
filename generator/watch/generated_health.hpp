#pragma once

#include "generator/instance/health.hpp"

#include <optional>
#include <string>

namespace left4me::watch {

/// Reads what is to be done about a server. It stands in the drop-in that left4me-generator wrote
/// at the last reload: instance.env is not for everybody to read, and systemd does not tell of
/// settings that it does not know.
///
/// \return nothing if there is no such drop-in, or nothing in it yet: systemd reloads
[[nodiscard]] std::optional<Health> generated_health(const std::string& instance);

} // namespace left4me::watch
