#pragma once

#include <optional>
#include <string_view>

namespace left4me {

/// A boolean as systemd.syntax(7) writes them, in any letter case: 1, yes, y, true, t, on; 0, no,
/// n, false, f, off.
///
/// \return nothing when `text` is none
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

} // namespace left4me
