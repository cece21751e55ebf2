#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

enum class Severity { error, warning };

/// One thing that is wrong with a file somebody wrote, in words they can act on.
struct Diagnostic {
    Severity severity;
    std::string file;
    /// Counted from 1, as editors do; 0 when it is not about a line (a directory, a default).
    unsigned line;
    std::string problem;
    std::string remedy;
};

using Diagnostics = std::vector<Diagnostic>;

/// The diagnostic as one line of text: `FILE:LINE: what is wrong: what to do`, without a newline
/// and, where there is no line, without `:LINE`.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// `text` in single quotes, safe to print on a terminal or in a log: control characters, quotes and
/// bytes outside ASCII appear as \xNN, and anything longer than 80 bytes is shortened.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace left4me
