#pragma once

#include <string>
#include <string_view>

namespace left4me {

/// Returns `text` so that a log cannot lie, with newlines kept. Control characters, characters that
/// nobody sees (text/invisible.hpp), and bytes that are not UTF-8 appear as \xNN, byte by byte.
[[nodiscard]] std::string escape_control_characters(std::string_view text);

/// Returns the same as escape_control_characters(), except that newlines are escaped, too.
[[nodiscard]] std::string one_line(std::string_view text);

/// Returns `text` in quotes, safe to print on a terminal or in a log, and as it is written except
/// for what one_line() escapes. The quotes are single ones, or double ones if there are single ones
/// in it and no double ones. What would end them, and a backslash that would read as an escape,
/// appear as \xNN, too. `…` replaces what follows the first 80 bytes.
[[nodiscard]] std::string printable(std::string_view text);

/// Returns a path as printable() does, except that each name in it may have 80 bytes.
[[nodiscard]] std::string printable_path(std::string_view path);

} // namespace left4me
