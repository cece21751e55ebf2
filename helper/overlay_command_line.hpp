#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

enum class Verb { mount, umount, status, help, version };

/// What the helper is asked to do.
struct CommandLine {
    Verb verb = Verb::mount;
    /// Only with `mount`.
    bool dry_run = false;
    /// A valid name for `mount` and `umount`; empty otherwise.
    std::string instance;
    /// The mount point that mount(8) passes to mount.left4me; empty otherwise.
    std::string where;
    /// For `status`: valid names; empty for all instances.
    std::vector<std::string> names;
    /// Only with `status`.
    bool json = false;
};

struct CommandLineReading {
    std::optional<CommandLine> command_line;
    /// Why there is no command line; empty if there is one.
    std::string problem;
};

/// Reads the arguments of left4me-overlay, or, if the program was called as mount.left4me, those
/// that mount(8) passes to a helper ("External helpers"). No file system is asked.
///
/// \param arguments  the program's name first; without one, the reading has a problem
[[nodiscard]] CommandLineReading parse_command_line(std::span<const char* const> arguments);

/// The words that parse_command_line() knows.
struct CommandLineWords {
    std::vector<std::string_view> verbs;
    std::vector<std::string_view> options;
    /// The options of mount.left4me.
    std::vector<std::string_view> mount_helper_options;
    /// What may follow its -o, besides words that begin with `x-`.
    std::vector<std::string_view> mount_options;
};

[[nodiscard]] CommandLineWords command_line_words();

/// How to call the program, for people; without a newline at the end.
[[nodiscard]] const char* usage();

} // namespace left4me
