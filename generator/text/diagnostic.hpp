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
    /// Empty if there is none to give.
    std::string remedy;

    bool operator==(const Complaint&) const = default;
};

/// Returns `PROBLEM: REMEDY`, or the problem alone if there is no remedy.
[[nodiscard]] inline std::string to_string(const Complaint& complaint) {
    return complaint.problem + (complaint.remedy.empty() ? "" : ": " + complaint.remedy);
}

enum class Severity { error, warning };

/// One thing that is wrong, with a file somebody wrote or with what was found for it.
struct Diagnostic {
    Severity severity;
    /// Its path; empty if this is not about a file.
    std::string file;
    /// Counted from 1, as editors do; 0 if this is not about a line (a directory, a default).
    unsigned line;
    Complaint complaint;
    /// The errno if a system call failed on that file, otherwise 0.
    int error = 0;
};

using Diagnostics = std::vector<Diagnostic>;

/// Returns an error about `file` at `line`, either of which may be none as in Diagnostic.
[[nodiscard]] inline Diagnostic error_at(std::string file, unsigned line, Complaint complaint) {
    return {Severity::error, std::move(file), line, std::move(complaint)};
}

/// Returns a warning; otherwise as error_at().
[[nodiscard]] inline Diagnostic warning_at(std::string file, unsigned line, Complaint complaint) {
    return {Severity::warning, std::move(file), line, std::move(complaint)};
}

/// Gathers what is wrong with one file. A hostile file can be wrong in every line. Only the first
/// 20 errors and 20 warnings are kept, so that neither a log nor a start drowns in them; the others
/// are counted.
class DiagnosticCollector {
  public:
    /// \param file  the path that every diagnostic names; copied
    explicit DiagnosticCollector(std::string_view file) : m_file(file) {}

    /// Keeps a diagnostic, or counts it if 20 of its severity are kept already.
    ///
    /// \param line  as in Diagnostic
    void add(Severity severity, unsigned line, Complaint complaint);

    /// Adds a warning that is costly to put into words.
    ///
    /// \param describe  returns the Complaint; called only if the warning is kept
    template <typename Describe>
    void add_warning(unsigned line, const Describe& describe) {
        if (m_warnings.kept == most_kept)
            drop(m_warnings, line);
        else
            add(Severity::warning, line, describe());
    }

    /// Returns the kept diagnostics in the order in which they were added. For each severity of
    /// which some were only counted, one more follows, which says how many.
    [[nodiscard]] Diagnostics finish() &&;

  private:
    static constexpr std::size_t most_kept = 20;

    /// What became of the diagnostics of one severity.
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

/// Returns the diagnostic as one line, `FILE:LINE: PROBLEM: REMEDY`, without a newline. A file, a
/// line or a remedy that the diagnostic does not have is left out.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// Whether at least one of `diagnostics` is an error.
[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// Returns the complaint of the first error; one with two empty texts if there is no error.
[[nodiscard]] Complaint first_error(const Diagnostics& diagnostics);

/// Returns the errors as to_string() puts each, with newlines between them; "" if there are none.
[[nodiscard]] std::string errors_as_lines(const Diagnostics& diagnostics);

} // namespace left4me
