#include "generator/text/printable.hpp"

#include "generator/text/fields.hpp"
#include "generator/text/invisible.hpp"
#include "generator/text/utf8.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <iterator>

namespace left4me {

namespace {

/// Whether whoever reads `character` sees it for what it is, and the rest of the line, too.
bool is_shown(const Utf8Character& character) {
    return !is_control_character(character.code_point) && !is_invisible(character.code_point);
}

constexpr std::string_view begin_of_escape = "\\x";

void append_escaped(std::string& text, std::string_view bytes) {
    for (const char byte : bytes)
        fmt::format_to(std::back_inserter(text), "{}{:02x}", begin_of_escape,
                       static_cast<unsigned char>(byte));
}

std::string escape_all_but(std::string_view text, char kept) {
    std::string escaped;
    escaped.reserve(text.size());
    while (!text.empty()) {
        const auto character = first_character(text);
        const std::string_view bytes = text.substr(0, character ? character->length : 1);
        if (character && (bytes.front() == kept || is_shown(*character)))
            escaped += bytes;
        else
            append_escaped(escaped, bytes);
        text.remove_prefix(bytes.size());
    }
    return escaped;
}

/// What `text` stands in: quotes that it has none of, or single ones, of which it then has none
/// that is not escaped.
char quote_for(std::string_view text) {
    const auto has = [text](char c) { return text.find(c) != std::string_view::npos; };
    return has('\'') && !has('"') ? '"' : '\'';
}

/// printable() without the quotes, which are `quote`.
std::string shorten(std::string_view text, char quote) {
    constexpr std::size_t most_bytes = 80;
    std::string result;
    for (std::size_t done = 0; !text.empty();) {
        const auto character = first_character(text);
        const std::string_view bytes = text.substr(0, character ? character->length : 1);
        done += bytes.size();
        if (done > most_bytes)
            return result + "…";
        if (character && is_shown(*character) && bytes.front() != quote &&
            !text.starts_with(begin_of_escape))
            result += bytes;
        else
            append_escaped(result, bytes);
        text.remove_prefix(bytes.size());
    }
    return result;
}

} // namespace

std::string escape_control_characters(std::string_view text) {
    return escape_all_but(text, '\n');
}

std::string one_line(std::string_view text) {
    return escape_all_but(text, ' ');
}

std::string printable(std::string_view text) {
    const char quote = quote_for(text);
    return quote + shorten(text, quote) + quote;
}

std::string printable_path(std::string_view path) {
    const char quote = quote_for(path);
    std::string result(1, quote);
    while (path.find('/') != std::string_view::npos)
        result += shorten(take_until(path, '/'), quote) + "/";
    return result + shorten(path, quote) + quote;
}

} // namespace left4me
