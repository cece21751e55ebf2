#pragma once

#include <string>
#include <string_view>

namespace left4me {

/// `text` with its control characters as \xNN, but for newlines: what a log takes without lying.
[[nodiscard]] std::string escape_control_characters(std::string_view text);

/// `text` with all of its control characters as \xNN, newlines too.
[[nodiscard]] std::string one_line(std::string_view text);

/// `text` in single quotes, safe to print on a terminal or in a log: control characters, quotes and
/// bytes outside ASCII appear as \xNN, and anything longer than 80 bytes is shortened.
[[nodiscard]] std::string printable(std::string_view text);

/// printable() for a whole path: a name in it may be shortened, but its end is shown.
[[nodiscard]] std::string printable_path(std::string_view path);

} // namespace left4me
