#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Takes what is before the first `separator` off the front of `rest`, and the separator; all of it
/// where there is none.
inline std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

/// What the separators of `text` end or part: as many lines as newlines, and one more where the
/// last has none; nothing of "".
[[nodiscard]] inline std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> fields;
    while (!text.empty())
        fields.emplace_back(take_until(text, separator));
    return fields;
}

} // namespace left4me
