#pragma once

#include <string>
#include <string_view>

namespace left4me {

/// Returns `c` in lower case if it is an ASCII letter, and `c` itself otherwise, whatever the
/// locale.
[[nodiscard]] constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether `c` is an ASCII letter or digit, whatever the locale.
[[nodiscard]] constexpr bool is_ascii_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Returns `text` with its ASCII letters in lower case and all other bytes as they are.
[[nodiscard]] inline std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = ascii_lower(c);
    return lower;
}

} // namespace left4me
