#include "generator/instance/doubts.hpp"

#include "generator/instance/instance_keys.hpp"
#include "generator/text/ascii.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

namespace left4me {

namespace {

constexpr std::string_view on_its_own_line = "write a comment on a line of its own";

bool is_letter(char c) {
    return is_ascii_alphanumeric(c) && (c < '0' || c > '9');
}

/// The character of `text` at `position`, or a NUL where there is none.
char at(std::string_view text, std::size_t position) {
    return position < text.size() ? text[position] : '\0';
}

/// Whether a variable is named behind the '$' at `position`. "pa$word" names none.
bool names_variable(std::string_view text, std::size_t position) {
    const char next = at(text, position + 1);
    if (next == '{' || next == '(')
        return true;
    return (is_letter(next) || next == '_') &&
           (position == 0 || !is_ascii_alphanumeric(text[position - 1]));
}

/// Whether the '%' at `position` begins `%i` or `%NAME%`. "100%fun" is neither.
bool names_specifier(std::string_view text, std::size_t position) {
    std::size_t end = position + 1;
    while (is_ascii_alphanumeric(at(text, end)) || at(text, end) == '_')
        ++end;
    const std::size_t length = end - position - 1;
    return is_letter(at(text, position + 1)) && (length == 1 || at(text, end) == '%');
}

/// Whether `path` has a part that looks like a comment, or did before it was read (a blank goes
/// behind a quote) and normalised ("//" becomes "/").
bool has_comment(std::string_view path) {
    if (path.find("# ") != std::string_view::npos || path.find(" / ") != std::string_view::npos)
        return true;
    for (std::size_t i = 0; i < path.size(); ++i)
        if (path[i] == ' ' && looks_like_comment(path.substr(i + 1)))
            return true;
    return false;
}

/// `text` from shortly before `position` on.
std::string excerpt(std::string_view text, std::size_t position) {
    constexpr std::size_t most_before = 40;
    if (position <= most_before)
        return printable(text);
    text.remove_prefix(position - most_before);
    while (!text.empty() && !first_character(text))
        text.remove_prefix(1);
    return printable(fmt::format("…{}", text));
}

std::string remedy_of_aside(std::string_view key, std::string_view aside) {
    if (aside == ";")
        return "remove it";
    if (looks_like_comment(aside))
        return std::string(on_its_own_line);
    return fmt::format("write {} inside one pair of quotes",
                       key == instance_key::arguments.name ? "all arguments" : "the whole value");
}

} // namespace

bool looks_expandable(std::string_view text) {
    if (text.find('`') != std::string_view::npos || text.find("{{") != std::string_view::npos)
        return true;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] == '$' && names_variable(text, i)) ||
            (text[i] == '%' && names_specifier(text, i)))
            return true;
    return false;
}

Complaint doubt_about_aside(const Assignment& assignment) {
    const auto& [position, behind_quote] = assignment.aside.value();
    const std::string_view aside = std::string_view(assignment.value).substr(position);
    const std::string remedy = remedy_of_aside(assignment.key, aside);
    if (behind_quote)
        return {fmt::format("{} behind the closing quote belongs to {}, which is read as {}",
                            printable(aside), assignment.key, excerpt(assignment.value, position)),
                remedy};
    return {fmt::format("{} belongs to the value of {} and is not a comment", printable(aside),
                        assignment.key),
            remedy};
}

Complaint doubt_about_secret_aside(const Assignment& assignment) {
    const auto& [position, behind_quote] = assignment.aside.value();
    return {fmt::format("{} {}",
                        behind_quote
                            ? "what stands behind the closing quote belongs to the value of"
                            : "what looks like a comment belongs to the value of",
                        assignment.key),
            remedy_of_aside(assignment.key, std::string_view(assignment.value).substr(position))};
}

std::optional<Complaint> doubt_about_argument(std::string_view argument) {
    if (looks_like_comment(argument))
        return Complaint{"does not begin a comment inside a value", std::string(on_its_own_line)};
    if (looks_expandable(argument))
        return Complaint{"is passed on unexpanded", "write the value itself"};
    return std::nullopt;
}

std::optional<Complaint> doubt_about_layer(std::string_view path) {
    if (has_comment(path))
        return Complaint{"has what looks like a comment and is not", std::string(on_its_own_line)};
    if (path.ends_with(';'))
        return Complaint{"ends in ';'", "remove it"};
    bool is_expandable = looks_expandable(path);
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view name = take_until(rest, '/');
        if (name.starts_with(' ') || name.ends_with(' '))
            return Complaint{"has a blank at an end of a name",
                             "write no blanks beside colons and slashes, nor at the beginning of a "
                             "line that continues the list"};
        is_expandable = is_expandable || name == "~" || name.find('*') != std::string_view::npos;
    }
    if (is_expandable)
        return Complaint{"is taken unexpanded", "write the path itself"};
    return std::nullopt;
}

} // namespace left4me
