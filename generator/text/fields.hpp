#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Takes the text before the first `separator`, and the separator, off the front of `rest`; all of
/// `rest` if it has none.
///
/// \return that text without the separator, a part of what `rest` looked at
inline std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

/// Returns the fields that the separators of `text` end: as many as there are separators, and one
/// more if text follows the last one. "" has no fields.
[[nodiscard]] inline std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> fields;
    while (!text.empty())
        fields.emplace_back(take_until(text, separator));
    return fields;
}

} // namespace left4me
