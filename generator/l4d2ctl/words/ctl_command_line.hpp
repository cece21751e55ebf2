#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

enum class Verb { list, check, explain, diff, layers };

struct CommandLine {
    Verb verb = Verb::list;
    /// The tree to look at, "/" for this host.
    std::string root = "/";
    bool json = false;
    /// Instances, and for check files as well; empty for all.
    std::vector<std::string> names;
    /// Of `layers`: the path in the merged tree to look up; empty for none.
    std::string file;
    /// Of `list`: whether to measure all upper layers, however long that takes.
    bool sizes = false;
    /// Of `layers`.
    bool drift = false;
};

struct CommandLineReading {
    std::optional<CommandLine> command_line;
    /// Why there is none, or what was asked for instead: help or the version.
    std::string text;
    /// Whether that was asked for.
    bool answered = false;
};

/// \param arguments  with the program's name first
[[nodiscard]] CommandLineReading parse_command_line(std::span<const char* const> arguments);

/// The words that parse_command_line() knows.
struct CommandLineWords {
    struct OfVerb {
        std::string verb;
        std::vector<std::string> options;
    };

    std::vector<std::string> options;
    std::vector<OfVerb> verbs;
};

[[nodiscard]] CommandLineWords command_line_words();

} // namespace left4me::ctl
