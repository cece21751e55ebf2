#include "generator/text/printable.hpp"

#include "generator/text/fields.hpp"
#include "generator/text/utf8.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <iterator>

namespace left4me {

namespace {

/// Characters that let text read as another than it is, since they turn the direction of writing
/// (Unicode Standard Annex 9, "Directional Formatting Characters").
bool turns_direction(char32_t c) {
    return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

void append_escaped(std::string& text, std::string_view bytes) {
    for (const char byte : bytes)
        fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(byte));
}

std::string escape_all_but(std::string_view text, char kept) {
    std::string escaped;
    escaped.reserve(text.size());
    while (!text.empty()) {
        const auto character = first_character(text);
        const std::string_view bytes = text.substr(0, character ? character->length : 1);
        if (character && (bytes.front() == kept || (!is_control_character(character->code_point) &&
                                                    !turns_direction(character->code_point))))
            escaped += bytes;
        else
            append_escaped(escaped, bytes);
        text.remove_prefix(bytes.size());
    }
    return escaped;
}

/// printable() without the quotes.
std::string shorten(std::string_view text) {
    constexpr std::size_t most_bytes = 80;
    std::string result;
    for (const char& c : text.substr(0, most_bytes))
        if (c >= ' ' && c <= '~' && c != '\'' && c != '\\')
            result += c;
        else
            append_escaped(result, {&c, 1});
    return text.size() > most_bytes ? result + "…" : result;
}

} // namespace

std::string escape_control_characters(std::string_view text) {
    return escape_all_but(text, '\n');
}

std::string one_line(std::string_view text) {
    return escape_all_but(text, ' ');
}

std::string printable(std::string_view text) {
    return "'" + shorten(text) + "'";
}

std::string printable_path(std::string_view path) {
    std::string result = "'";
    while (path.find('/') != std::string_view::npos)
        result += shorten(take_until(path, '/')) + "/";
    return result + shorten(path) + "'";
}

} // namespace left4me
