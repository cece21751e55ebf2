#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// A command of an ExecStart= or its like.
struct UnitCommand {
    /// Any of `@-:+!|`, which say how it is run (systemd.service(5), "Table 1").
    std::string prefixes;
    /// The program first. `%%` is '%' already, other specifiers and variables are as written.
    std::vector<std::string> words;
    /// Whether systemd makes something else of a word: a specifier, or a variable where the prefix
    /// ':' does not keep it as it is.
    bool expands = false;
};

/// Splits the value of an ExecStart= or its like into its commands and their words, with quotes
/// and escapes undone (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting").
[[nodiscard]] std::vector<UnitCommand> split_commands(std::string_view value);

} // namespace left4me::ctl
