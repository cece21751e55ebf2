#pragma once

namespace left4me {

/// Returns whether a character beyond ASCII cannot be told from nothing, from a plain blank or from
/// another one by who reads it: formatting characters, those that turn the direction of writing,
/// blanks, and those for private use. Control characters are text/utf8.hpp's.
[[nodiscard]] bool is_invisible(char32_t code_point);

} // namespace left4me
