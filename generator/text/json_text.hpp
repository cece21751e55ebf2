#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace left4me {

/// Returns `root` as text for programs: indented, in ASCII, and with a newline at the end. U+FFFD
/// replaces what is not UTF-8, so that no string makes it throw.
[[nodiscard]] inline std::string printed(const nlohmann::ordered_json& root) {
    constexpr int indent = 2;
    return root.dump(indent, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// Returns `text` as JSON; null if it is empty.
[[nodiscard]] inline nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

/// Returns `number` as JSON; null if it is 0.
template <typename Number>
[[nodiscard]] nlohmann::ordered_json number_or_null(Number number) {
    return number == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(number);
}

/// Returns `value` as JSON; null if there is none.
template <typename Value>
[[nodiscard]] nlohmann::ordered_json value_or_null(const std::optional<Value>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

/// Returns a JSON array of what `convert` makes of each element of `list`, in its order.
template <typename List, typename Convert>
[[nodiscard]] nlohmann::ordered_json array_of(const List& list, const Convert& convert) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const auto& value : list)
        values.push_back(convert(value));
    return values;
}

} // namespace left4me
