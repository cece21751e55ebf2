#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace left4me {

/// Returns the boolean that systemd reads in `text`, in any letter case; nothing if there is none.
/// It is 1, yes, y, true, t, on, or 0, no, n, false, f, off. systemd.syntax(7) has all of these
/// except the single letters.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

/// Returns the microseconds of a time span as in systemd.time(7): whole numbers, each with an
/// optional unit (`90`, `60s`, `1min 30s`), a number alone being seconds; the largest number for
/// `infinity`. Fractions, which systemd takes too, are not taken, nor is what does not fit.
///
/// \return nothing if `text` is not a time span
[[nodiscard]] std::optional<std::uint64_t> parse_time_span(std::string_view text);

/// Whether parse_time_span() takes `text`.
[[nodiscard]] bool is_time_span(std::string_view text);

} // namespace left4me
