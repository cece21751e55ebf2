#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::await {

/// Returns the names of the servers that need a restart.
///
/// \param list  what `l4d2ctl list --json` prints
/// \return nothing if it is not that
[[nodiscard]] std::optional<std::vector<std::string>> servers_to_restart(std::string_view list);

} // namespace left4me::await
