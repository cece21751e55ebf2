#include "instance/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

constexpr std::size_t printable_limit = 80;
constexpr std::size_t most_kept = 20;

std::string escape_all_but(std::string_view text, char kept) {
    constexpr char lead_of_c1 = '\xC2';
    std::string escaped;
    escaped.reserve(text.size());
    char previous = '\0';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool second_of_c1 = previous == lead_of_c1 && byte >= 0x80 && byte < 0xA0;
        if ((byte < 0x20 && c != kept) || byte == 0x7F || second_of_c1)
            escaped += fmt::format("\\x{:02x}", byte);
        else
            escaped += c;
        previous = c;
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
    m_kept.push_back({severity, m_file, line, std::move(problem), std::move(remedy)});
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
        m_kept.push_back({severity, m_file, tally.first_dropped_line,
                          fmt::format("{} more {} from here on are not shown", tally.dropped, what),
                          "mend those above first"});
}

std::string to_string(const Diagnostic& diagnostic) {
    const std::string place = diagnostic.line == 0
                                  ? diagnostic.file
                                  : fmt::format("{}:{}", diagnostic.file, diagnostic.line);
    return fmt::format("{}: {}: {}", place, diagnostic.problem, diagnostic.remedy);
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics,
                               [](const Diagnostic& d) { return d.severity == Severity::error; });
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
