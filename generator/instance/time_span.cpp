#include "instance/time_span.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace left4me {

namespace {

constexpr std::string_view digits = "0123456789";

constexpr std::array<std::string_view, 31> units = {
    "",      "us",     "usec",    "\u00b5s", "\u03bcs", "ms",     "msec",    "s",
    "sec",   "second", "seconds", "m",       "min",     "minute", "minutes", "h",
    "hr",    "hour",   "hours",   "d",       "day",     "days",   "w",       "week",
    "weeks", "M",      "month",   "months",  "y",       "year",   "years"};

std::string_view take_while(std::string_view& text, std::string_view characters) {
    const std::size_t end = std::min(text.find_first_not_of(characters), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

} // namespace

bool is_time_span(std::string_view text) {
    constexpr std::size_t most_digits = 9;
    if (text == "infinity")
        return true;
    if (text.empty())
        return false;
    while (!text.empty()) {
        const std::string_view number = take_while(text, digits);
        if (number.empty() || number.size() > most_digits)
            return false;
        take_while(text, " ");
        const std::size_t unit_end = std::min(text.find_first_of(" 0123456789"), text.size());
        if (std::ranges::find(units, text.substr(0, unit_end)) == units.end())
            return false;
        text.remove_prefix(unit_end);
        take_while(text, " ");
    }
    return true;
}

} // namespace left4me
