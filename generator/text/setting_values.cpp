#include "generator/text/setting_values.hpp"

#include "generator/text/ascii.hpp"
#include "generator/text/number_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace left4me {

namespace {

constexpr std::string_view digits = "0123456789";

struct Unit {
    std::string_view name;
    std::uint64_t microseconds;
};

constexpr std::uint64_t second = 1'000'000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t week = 7 * day;
constexpr std::uint64_t month = 2'629'800 * second;
constexpr std::uint64_t year = 31'557'600 * second;

constexpr std::array units = {
    Unit{"", second},    Unit{"us", 1},          Unit{"usec", 1},         Unit{"\u00b5s", 1},
    Unit{"\u03bcs", 1},  Unit{"ms", 1000},       Unit{"msec", 1000},      Unit{"s", second},
    Unit{"sec", second}, Unit{"second", second}, Unit{"seconds", second}, Unit{"m", minute},
    Unit{"min", minute}, Unit{"minute", minute}, Unit{"minutes", minute}, Unit{"h", hour},
    Unit{"hr", hour},    Unit{"hour", hour},     Unit{"hours", hour},     Unit{"d", day},
    Unit{"day", day},    Unit{"days", day},      Unit{"w", week},         Unit{"week", week},
    Unit{"weeks", week}, Unit{"M", month},       Unit{"month", month},    Unit{"months", month},
    Unit{"y", year},     Unit{"year", year},     Unit{"years", year}};

std::string_view take_while(std::string_view& text, std::string_view characters) {
    const std::size_t end = std::min(text.find_first_not_of(characters), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

} // namespace

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

std::optional<std::uint64_t> parse_time_span(std::string_view text) {
    constexpr std::uint64_t infinity = std::numeric_limits<std::uint64_t>::max();
    if (text == "infinity")
        return infinity;
    if (text.empty())
        return std::nullopt;
    std::uint64_t span = 0;
    while (!text.empty()) {
        const auto count = parse_number<std::uint64_t>(take_while(text, digits));
        if (!count)
            return std::nullopt;
        take_while(text, " ");
        const std::size_t unit_end = std::min(text.find_first_of(" 0123456789"), text.size());
        const auto* const unit = std::ranges::find(units, text.substr(0, unit_end), &Unit::name);
        // systemd refuses what does not fit, and what would be infinity (parse_time()).
        if (unit == units.end() || *count >= (infinity - span) / unit->microseconds)
            return std::nullopt;
        span += *count * unit->microseconds;
        text.remove_prefix(unit_end);
        take_while(text, " ");
    }
    return span;
}

bool is_time_span(std::string_view text) {
    return parse_time_span(text).has_value();
}

} // namespace left4me
