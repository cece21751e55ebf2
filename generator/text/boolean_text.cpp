#include "generator/text/boolean_text.hpp"

#include "generator/text/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace left4me {

std::optional<bool> parse_boolean(std::string_view text) {
    constexpr std::array<std::string_view, 6> yes = {"1", "yes", "y", "true", "t", "on"};
    constexpr std::array<std::string_view, 6> no = {"0", "no", "n", "false", "f", "off"};

    const std::string lower = ascii_lower(text);
    if (std::ranges::find(yes, lower) != yes.end())
        return true;
    if (std::ranges::find(no, lower) != no.end())
        return false;
    return std::nullopt;
}

} // namespace left4me
