#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace left4me {

/// As it is printed for programs: in ASCII, and with U+FFFD for what is not UTF-8.
[[nodiscard]] inline std::string printed(const nlohmann::ordered_json& root) {
    constexpr int indent = 2;
    return root.dump(indent, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// \return null for an empty text
[[nodiscard]] inline nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

/// \return null for 0
template <typename Number>
[[nodiscard]] nlohmann::ordered_json number_or_null(Number number) {
    return number == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(number);
}

/// \return null for nothing
template <typename Value>
[[nodiscard]] nlohmann::ordered_json value_or_null(const std::optional<Value>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

/// \return an array of what `convert` makes of each
template <typename List, typename Convert>
[[nodiscard]] nlohmann::ordered_json array_of(const List& list, const Convert& convert) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const auto& value : list)
        values.push_back(convert(value));
    return values;
}

} // namespace left4me
