#pragma once

#include <string_view>

namespace left4me {

/// Whether `text` is a time span as systemd.time(7) writes them: whole numbers, each with an
/// optional unit (`90`, `60s`, `1min 30s`), or `infinity`. Fractions, which systemd takes too, are
/// not taken, nor is what exceeds 64 bits of microseconds.
[[nodiscard]] bool is_time_span(std::string_view text);

} // namespace left4me
