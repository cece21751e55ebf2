#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"
#include "generator/l4d2ctl/words/text_style.hpp"

#include <cstdint>
#include <string>

namespace left4me::ctl {

/// A line for each server, and below it, where something is wrong, why.
///
/// \param now  microseconds since the epoch
[[nodiscard]] std::string render_table(const Overview& overview, std::uint64_t now,
                                       const TextStyle& style);

} // namespace left4me::ctl
