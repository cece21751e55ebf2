#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace left4me {

struct Utf8Character {
    char32_t code_point;
    /// Bytes.
    std::size_t length;
};

/// Returns the character that `text` begins with, if systemd takes it for one. That excludes forms
/// longer than the shortest, surrogates, what is above U+10FFFF, and noncharacters (U+FDD0–U+FDEF
/// and the last two code points of every plane).
///
/// \return nothing if `text` is empty or begins with anything else
[[nodiscard]] std::optional<Utf8Character> first_character(std::string_view text);

/// Whether `text` consists of such characters; true if it is empty.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Whether a character controls a terminal (U+0000–U+001F, U+007F–U+009F) or ends a line (U+2028,
/// U+2029).
[[nodiscard]] constexpr bool is_control_character(char32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
           code_point == 0x2028 || code_point == 0x2029;
}

} // namespace left4me
