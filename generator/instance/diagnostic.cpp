#include "instance/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace left4me {

namespace {

constexpr std::size_t printable_limit = 80;

bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '\'' && c != '\\';
}

} // namespace

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
