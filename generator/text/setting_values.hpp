#pragma once

#include <optional>
#include <string_view>

namespace left4me {

/// Returns the boolean that systemd reads in `text`, in any letter case; nothing if there is none.
/// It is 1, yes, y, true, t, on, or 0, no, n, false, f, off. systemd.syntax(7) has all of these
/// except the single letters.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

/// Whether `text` is a time span as in systemd.time(7): `infinity`, or whole numbers, each with an
/// optional unit (`90`, `60s`, `1min 30s`), a number alone being seconds. Fractions, which systemd
/// takes too, are not taken, nor is what does not fit into 64 bits of microseconds.
[[nodiscard]] bool is_time_span(std::string_view text);

} // namespace left4me
