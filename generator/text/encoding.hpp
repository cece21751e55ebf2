#pragma once

#include <string_view>

namespace left4me {

/// What UTF-8 begins with where it is marked as such (U+FEFF).
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Returns the name under which iconv(1) reads `text`, when that is UTF-16: it begins with a byte
/// order mark, or many of its characters are ASCII. Empty when it is something else.
[[nodiscard]] std::string_view name_of_utf16(std::string_view text);

/// Returns whether `text` may be Windows-1252, of which Latin-1 is a part: it has characters beyond
/// ASCII, and each stands alone, as those of European words do. In UTF-8, and in the encodings of
/// East Asia, they stand two and more together.
[[nodiscard]] bool is_like_latin1(std::string_view text);

} // namespace left4me
