#include "generator/text/diagnostic.hpp"

#include "generator/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace left4me {

namespace {

constexpr std::size_t printable_limit = 80;
constexpr std::size_t most_kept = 20;

/// The code point of a character.
///
/// \param character  one, in valid UTF-8
std::uint32_t code_point_of(std::string_view character) {
    constexpr std::array<std::uint32_t, 5> lead_bits = {0, 0x7F, 0x1F, 0x0F, 0x07};
    constexpr std::uint32_t trail_bits = 0x3F;
    std::uint32_t code =
        static_cast<unsigned char>(character.front()) & lead_bits[character.size()];
    for (const char c : character.substr(1))
        code = code << 6U | (static_cast<unsigned char>(c) & trail_bits);
    return code;
}

/// Characters that are no letters but orders to a terminal, or let text read as another than it is:
/// C1, the ends of lines and paragraphs, and those that turn the direction of writing (Unicode
/// Standard Annex 9, "Directional Formatting Characters").
bool is_order(std::string_view character) {
    struct Range {
        std::uint32_t first;
        std::uint32_t last;
    };

    constexpr std::array<Range, 5> orders = {
        {{0x80, 0x9F}, {0x61C, 0x61C}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}}};
    const std::uint32_t code = code_point_of(character);
    return std::ranges::any_of(
        orders, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

/// \return the length of the character that `text` begins with, or 0 when it is none
std::size_t length_of_character(std::string_view text) {
    constexpr std::size_t longest = 4;
    for (std::size_t length = 1; length <= std::min(longest, text.size()); ++length)
        if (is_valid_utf8(text.substr(0, length)))
            return length;
    return 0;
}

std::string escape_all_but(std::string_view text, char kept) {
    std::string escaped;
    escaped.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = length_of_character(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
        const char c = character.front();
        const bool control = (static_cast<unsigned char>(c) < 0x20 && c != kept) || c == '\x7F';
        if (length == 0 || control || is_order(character))
            for (const char byte : character)
                escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        else
            escaped += character;
        text.remove_prefix(character.size());
    }
    return escaped;
}

bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '\'' && c != '\\';
}

} // namespace

void DiagnosticCollector::add(Severity severity, unsigned line, std::string problem,
                              std::string remedy) {
    Tally& tally = severity == Severity::error ? m_errors : m_warnings;
    if (tally.kept == most_kept) {
        drop(tally, line);
        return;
    }
    ++tally.kept;
    m_kept.push_back({severity, m_file, line, {std::move(problem), std::move(remedy)}});
}

bool DiagnosticCollector::has_room_for_warning() const {
    return m_warnings.kept < most_kept;
}

void DiagnosticCollector::count_warning(unsigned line) {
    drop(m_warnings, line);
}

Diagnostics DiagnosticCollector::finish() && {
    add_rest(m_errors, Severity::error, "errors");
    add_rest(m_warnings, Severity::warning, "warnings");
    return std::move(m_kept);
}

void DiagnosticCollector::drop(Tally& tally, unsigned line) {
    if (tally.dropped++ == 0)
        tally.first_dropped_line = line;
}

void DiagnosticCollector::add_rest(const Tally& tally, Severity severity, std::string_view what) {
    if (tally.dropped != 0)
        m_kept.push_back(
            {severity,
             m_file,
             tally.first_dropped_line,
             {fmt::format("{} more {} from here on are not shown", tally.dropped, what),
              "mend those above first"}});
}

std::string to_string(const Diagnostic& diagnostic) {
    std::string text;
    if (!diagnostic.file.empty())
        text = diagnostic.line == 0 ? diagnostic.file + ": "
                                    : fmt::format("{}:{}: ", diagnostic.file, diagnostic.line);
    return text + to_string(diagnostic.complaint);
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics,
                               [](const Diagnostic& d) { return d.severity == Severity::error; });
}

Complaint first_error(const Diagnostics& diagnostics) {
    const auto found = std::ranges::find(diagnostics, Severity::error, &Diagnostic::severity);
    return found == diagnostics.end() ? Complaint{} : found->complaint;
}

std::string errors_as_lines(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.severity == Severity::error)
            text += (text.empty() ? "" : "\n") + to_string(diagnostic);
    return text;
}

std::string escape_control_characters(std::string_view text) {
    return escape_all_but(text, '\n');
}

std::string one_line(std::string_view text) {
    return escape_all_but(text, ' ');
}

std::string printable(std::string_view text) {
    std::string result = "'";
    for (const char c : text.substr(0, printable_limit)) {
        if (is_plain(c))
            result += c;
        else
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    result += text.size() > printable_limit ? "…'" : "'";
    return result;
}

} // namespace left4me
