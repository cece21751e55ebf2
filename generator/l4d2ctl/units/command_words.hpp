#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// A command of an ExecStart= or its like.
struct UnitCommand {
    /// Any of `@-:+!|`, which say how it is run (systemd.service(5), "Table 1"); may be empty.
    std::string prefixes;
    /// The program first, so at least one. `%%` is resolved; other specifiers and variables are as
    /// written.
    std::vector<std::string> words;
    /// Whether systemd replaces a part of a word: a specifier, or a variable unless the prefix ':'
    /// forbids it.
    bool expands = false;
};

/// Splits the value of an ExecStart= or its like into its commands and their words, with quotes
/// and escapes undone (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting").
///
/// \param value  as parse_unit_settings() gives it; escapes that systemd does not know are kept
/// \return empty if `value` has no words
[[nodiscard]] std::vector<UnitCommand> split_commands(std::string_view value);

} // namespace left4me::ctl
