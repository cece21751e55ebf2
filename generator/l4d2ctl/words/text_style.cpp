#include "generator/l4d2ctl/words/text_style.hpp"

#include "generator/text/enum_words.hpp"
#include "generator/text/fields.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace left4me::ctl {

namespace {

constexpr EnumWords<Colour> escape_sequences = {
    {Colour::none, ""},          {Colour::good, "\x1b[32m"},   {Colour::attention, "\x1b[33m"},
    {Colour::bad, "\x1b[1;31m"}, {Colour::heading, "\x1b[4m"},
};

/// Columns of UTF-8 text in which every character takes one.
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string paint(std::string_view text, Colour colour, const TextStyle& style) {
    if (!style.colours || colour == Colour::none)
        return std::string(text);
    return fmt::format("{}{}\x1b[0m", escape_sequences[colour], text);
}

std::string wrap(std::string_view text, std::string_view indent, const TextStyle& style) {
    if (style.width == 0)
        return fmt::format("{}{}\n", indent, text);
    std::string wrapped;
    std::string line(indent);
    while (!text.empty()) {
        const std::string_view word = take_until(text, ' ');
        const bool begun = line.size() > indent.size();
        if (begun && columns_of(line) + 1 + columns_of(word) > style.width) {
            wrapped.append(line).append(1, '\n');
            line.assign(indent).append(word);
        } else {
            line.append(begun ? 1 : 0, ' ').append(word);
        }
    }
    return wrapped.append(line).append(1, '\n');
}

std::string human_size(std::uint64_t bytes) {
    constexpr std::string_view units = "BKMGTPE";
    constexpr double step = 1024;
    constexpr double one_decimal_below = 9.95;
    if (bytes == 0)
        return "0";
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    // What would be shown as 1000 or more.
    constexpr double most_shown = 999.5;
    for (; size >= most_shown && unit + 1 < units.size(); ++unit)
        size /= step;
    const bool decimal = unit != 0 && size < one_decimal_below;
    return fmt::format("{:.{}f}{}", size, decimal ? 1 : 0, units[unit]);
}

std::string human_span(std::uint64_t seconds) {
    struct Unit {
        std::uint64_t seconds;
        char name;
    };

    constexpr std::array units = {Unit{86400, 'd'}, Unit{3600, 'h'}, Unit{60, 'm'}, Unit{1, 's'}};
    constexpr std::uint64_t enough = 10;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::uint64_t count = seconds / units[i].seconds;
        if (count == 0 && i + 1 < units.size())
            continue;
        std::string text = fmt::format("{}{}", count, units[i].name);
        if (count < enough && i + 1 < units.size())
            if (const std::uint64_t rest = seconds % units[i].seconds / units[i + 1].seconds;
                rest != 0)
                text += fmt::format(" {}{}", rest, units[i + 1].name);
        return text;
    }
    return "";
}

} // namespace left4me::ctl
