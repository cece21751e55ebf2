#include "generator/text/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace left4me {

void DiagnosticCollector::add(Severity severity, unsigned line, Complaint complaint) {
    Tally& tally = severity == Severity::error ? m_errors : m_warnings;
    if (tally.kept == most_kept) {
        drop(tally, line);
        return;
    }
    ++tally.kept;
    m_kept.push_back({severity, m_file, line, std::move(complaint)});
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

} // namespace left4me
