#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

enum class Verb { list, check, explain, diff, layers };

/// What l4d2ctl is asked to do.
struct CommandLine {
    Verb verb = Verb::list;
    /// The tree to look at, lexically normalised; "/" for this host.
    std::string root = "/";
    bool json = false;
    /// Instances, and for `check` files as well; empty for all. l4d2@NAME.service stands as NAME;
    /// for `check`, other words are not checked yet.
    std::vector<std::string> names;
    /// For `layers`: the path in the merged tree to look up; empty for none.
    std::string file;
    /// For `list`: whether to measure all upper layers, however long that takes.
    bool sizes = false;
    /// For `layers`: whether to look for drift; never with `file`.
    bool drift = false;
};

struct CommandLineReading {
    std::optional<CommandLine> command_line;
    /// Without a command line: why there is none, or the help or version that was asked for.
    std::string text;
    /// Whether help or the version was asked for.
    bool answered = false;
};

/// Reads the arguments of l4d2ctl. No file system is asked.
///
/// \param arguments  the program's name first, so at least one
[[nodiscard]] CommandLineReading parse_command_line(std::span<const char* const> arguments);

/// The words that parse_command_line() knows; options begin with `--`.
struct CommandLineWords {
    struct OfVerb {
        std::string verb;
        std::vector<std::string> options;
    };

    /// Those without a verb.
    std::vector<std::string> options;
    std::vector<OfVerb> verbs;
};

[[nodiscard]] CommandLineWords command_line_words();

} // namespace left4me::ctl
