#include "diagnostic_text.hpp"

namespace left4me {

std::vector<std::string> text_of(const Diagnostics& diagnostics) {
    std::vector<std::string> lines;
    for (const Diagnostic& diagnostic : diagnostics)
        lines.push_back((diagnostic.severity == Severity::error ? "error " : "warning ") +
                        to_string(diagnostic));
    return lines;
}

} // namespace left4me
