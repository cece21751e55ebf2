#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace left4me {

/// Returns the number that `text` consists of; nothing if it is anything else or does not fit into
/// `Number`. Digits alone are taken, and a '-' before them if `Number` is signed (std::from_chars).
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
    Number number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

} // namespace left4me
