#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

enum class Verb { mount, umount, status, help, version };

struct CommandLine {
    Verb verb = Verb::mount;
    bool dry_run = false;
    std::string instance;
    /// The mount point that mount(8) passes to mount.left4me; empty otherwise.
    std::string where;
    /// What status was asked for; empty for all.
    std::vector<std::string> names;
    bool json = false;
};

struct CommandLineReading {
    std::optional<CommandLine> command_line;
    /// Why there is none.
    std::string problem;
};

/// Reads the arguments of left4me-overlay, or, when the program was called as mount.left4me, those
/// that mount(8) passes to a helper ("External helpers").
///
/// \param arguments  with the program's name first
[[nodiscard]] CommandLineReading parse_command_line(std::span<const char* const> arguments);

/// The words that parse_command_line() knows.
struct CommandLineWords {
    std::vector<std::string_view> verbs;
    std::vector<std::string_view> options;
    /// The options of mount.left4me.
    std::vector<std::string_view> mount_helper_options;
    /// What may stand behind its -o, besides words that begin with `x-`.
    std::vector<std::string_view> mount_options;
};

[[nodiscard]] CommandLineWords command_line_words();

/// How to call the program, for people.
[[nodiscard]] const char* usage();

} // namespace left4me
