#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"
#include "generator/l4d2ctl/words/text_style.hpp"

#include <cstdint>
#include <string>

namespace left4me::ctl {

/// A header, a line for each server, and below it the reason if explain_state() has one.
///
/// \param now    microseconds since the epoch; what systemd dates later than that shows no time
/// \param style  names are cut, and reasons wrapped, to its width
[[nodiscard]] std::string render_table(const Overview& overview, std::uint64_t now,
                                       const TextStyle& style);

} // namespace left4me::ctl
