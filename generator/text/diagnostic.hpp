#pragma once

#include "generator/text/printable.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace left4me {

/// What is wrong, and what to do about it.
struct Complaint {
    std::string problem;
    /// Empty where there is none to give.
    std::string remedy;
};

/// `what is wrong: what to do`.
[[nodiscard]] inline std::string to_string(const Complaint& complaint) {
    return complaint.problem + (complaint.remedy.empty() ? "" : ": " + complaint.remedy);
}

enum class Severity { error, warning };

/// One thing that is wrong, with a file somebody wrote or with what was found for it.
struct Diagnostic {
    Severity severity;
    /// Empty when it is about none.
    std::string file;
    /// Counted from 1, as editors do; 0 when it is not about a line (a directory, a default).
    unsigned line;
    Complaint complaint;
    /// The errno where a system call failed on that file; 0 where it is about what the file says.
    int error = 0;
};

using Diagnostics = std::vector<Diagnostic>;

/// An error, and the same for a warning; `line` is 0 where it is about none.
[[nodiscard]] inline Diagnostic error_at(std::string file, unsigned line, Complaint complaint) {
    return {Severity::error, std::move(file), line, std::move(complaint)};
}

[[nodiscard]] inline Diagnostic warning_at(std::string file, unsigned line, Complaint complaint) {
    return {Severity::warning, std::move(file), line, std::move(complaint)};
}

/// Gathers what is wrong with one file. A hostile file can be wrong in every one of its lines: the
/// first 20 errors and the first 20 warnings are kept, so that neither a log nor a start drowns in
/// them, and the others counted.
class DiagnosticCollector {
  public:
    explicit DiagnosticCollector(std::string_view file) : m_file(file) {}

    void add(Severity severity, unsigned line, Complaint complaint);

    /// Adds a warning that is costly to put into words: `describe` is called only when it is kept.
    template <typename Describe>
    void add_warning(unsigned line, const Describe& describe) {
        if (m_warnings.kept == most_kept)
            drop(m_warnings, line);
        else
            add(Severity::warning, line, describe());
    }

    /// Those that were kept, in the order they came in, and last, for each severity, how many there
    /// are besides.
    [[nodiscard]] Diagnostics finish() &&;

  private:
    static constexpr std::size_t most_kept = 20;

    /// Of one severity.
    struct Tally {
        std::size_t kept = 0;
        std::size_t dropped = 0;
        unsigned first_dropped_line = 0;
    };

    static void drop(Tally& tally, unsigned line);
    void add_rest(const Tally& tally, Severity severity, std::string_view what);

    std::string m_file;
    Diagnostics m_kept;
    Tally m_errors;
    Tally m_warnings;
};

/// The diagnostic as one line of text: `FILE:LINE: what is wrong: what to do`, without a newline
/// and without what it has not: a file, a line, a remedy.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// \return empty when there is none
[[nodiscard]] Complaint first_error(const Diagnostics& diagnostics);

/// The errors, as to_string() puts each.
[[nodiscard]] std::string errors_as_lines(const Diagnostics& diagnostics);

} // namespace left4me
