#include "generator/units/unit_syntax.hpp"

#include "generator/text/ascii.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace left4me {

namespace {

constexpr bool is_harmless(char c) {
    switch (c) {
    case '_':
    case '.':
    case '/':
    case ':':
    case ',':
    case '+':
    case '-':
    case '=':
    case '@':
        return true;
    default:
        return is_ascii_alphanumeric(c);
    }
}

} // namespace

std::string escape_path(std::string_view path) {
    if (path == "/")
        return "-";
    path.remove_prefix(1);

    std::string escaped;
    escaped.reserve(path.size());
    for (const char c : path) {
        const bool leading_dot = c == '.' && escaped.empty();
        if (c == '/')
            escaped += '-';
        else if ((is_ascii_alphanumeric(c) || c == ':' || c == '_' || c == '.') && !leading_dot)
            escaped += c;
        else
            fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", static_cast<unsigned char>(c));
    }
    return escaped;
}

std::string escape_specifiers(std::string_view text) {
    if (text.find('%') == std::string_view::npos)
        return std::string(text);

    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text)
        escaped.append(c == '%' ? 2 : 1, c);
    return escaped;
}

std::string quote_word(std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, is_harmless))
        return std::string(text);

    std::string word;
    word.reserve(text.size() + 2);
    word += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            word += '\\';
        else if (c == '%')
            word += '%';
        word += c;
    }
    word += '"';
    return word;
}

} // namespace left4me
