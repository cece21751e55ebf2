#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A part of a value that its author may not have meant to be one.
struct Aside {
    /// Where it begins in the value.
    std::size_t position;
    /// Whether it stands behind a closing quote, so that blanks between them are gone; otherwise it
    /// looks like a comment in a value without quotes.
    bool behind_quote;
};

/// One `KEY=VALUE` of an environment file, after quotes, escapes and continuation lines are undone.
struct Assignment {
    std::string key;
    std::string value;
    /// The line on which the key stands.
    unsigned line;
    /// The line on which the value ends.
    unsigned last_line = line;
    /// The first one in `value`.
    std::optional<Aside> aside = {};
};

struct EnvFile {
    /// In the order of the file; if a key is assigned more than once, the last one counts.
    std::vector<Assignment> assignments;
    Diagnostics diagnostics;
};

/// Returns whether `text` begins as comments do in other formats, or here at the beginning of a
/// line: with "#" (but not "#1", as in "My server #1"), ";" or "//".
[[nodiscard]] bool looks_like_comment(std::string_view text);

/// Reads `text` as systemd reads a file named by `EnvironmentFile=` (systemd.exec(5)), which is not
/// a shell script. Nothing is expanded, and quotes mean something only before the first bare
/// character of a value.
///
/// Some things are errors, because systemd refuses them too or because its versions disagree:
/// - a NUL byte, and a key or value that is not UTF-8;
/// - a comment line that ends in a backslash. Up to version 253 it swallows the next line, and
///   from 254 on it does not.
///
/// \param text  the content of the file, any bytes
/// \param file  its path, for diagnostics
/// \return the assignments, which count only if the diagnostics hold no error; none after a NUL
[[nodiscard]] EnvFile parse_env_file(std::string_view text, std::string_view file);

} // namespace left4me
