#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// One `KEY=VALUE` of an environment file, after quotes, escapes and continuation lines are undone.
struct Assignment {
    std::string key;
    std::string value;
    /// The line on which the key stands.
    unsigned line;
    /// The line on which the value ends.
    unsigned last_line = line;
};

struct EnvFile {
    /// In the order of the file; where a key is assigned more than once, the last one counts.
    std::vector<Assignment> assignments;
    Diagnostics diagnostics;
};

/// Reads `text` as systemd reads a file named by `EnvironmentFile=` (systemd.exec(5)). It is no
/// shell: nothing is expanded, and quotes mean something only before the first bare character of a
/// value.
///
/// Refused, because systemd refuses it too or because its versions disagree:
/// - a NUL byte, and bytes that are not UTF-8;
/// - a comment line that ends in a backslash: up to version 253 it swallows the next line, from 254
/// on
///   it does not.
///
/// \param text  the content of the file
/// \param file  its name, for diagnostics
/// \return the assignments; they are meaningful only when the diagnostics hold no error
[[nodiscard]] EnvFile parse_env_file(std::string_view text, std::string_view file);

} // namespace left4me
