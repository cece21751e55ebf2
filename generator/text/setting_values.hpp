#pragma once

#include <optional>
#include <string_view>

namespace left4me {

/// A boolean as systemd.syntax(7) writes them, in any letter case: 1, yes, y, true, t, on; 0, no,
/// n, false, f, off.
///
/// \return nothing when `text` is none
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

/// Whether `text` is a time span as systemd.time(7) writes them: whole numbers, each with an
/// optional unit (`90`, `60s`, `1min 30s`), or `infinity`. Fractions, which systemd takes too, are
/// not taken, nor is what exceeds 64 bits of microseconds.
[[nodiscard]] bool is_time_span(std::string_view text);

} // namespace left4me
