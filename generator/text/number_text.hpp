#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace left4me {

/// \param text  the digits of a number without a sign, and nothing else
/// \return nothing when it is anything else, or the number does not fit
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
    Number number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

} // namespace left4me
