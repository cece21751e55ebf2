#pragma once

#include "generator/l4d2ctl/words/ctl_command_line.hpp"

#include "generator/text/exit_status.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace left4me::ctl {

/// The result of a verb.
struct VerbResult {
    /// For standard output, with its newlines.
    std::string text;
    /// For standard error, one line each: what could not be shown, and why.
    std::vector<std::string> messages = {};
    /// An ExitStatus, or `something_differs`.
    int exit_status = 0;

    /// Adds a message.
    void tell(std::string message) { messages.push_back(std::move(message)); }

    void tell(const std::vector<std::string>& several) {
        std::ranges::copy(several, std::back_inserter(messages));
    }

    /// Adds a message, and raises the exit status to `status` if it is lower.
    void complain(ExitStatus status, std::string message) {
        tell(std::move(message));
        exit_status = std::max(exit_status, static_cast<int>(status));
    }
};

/// The exit status of `diff` if a reload changes something, as of diff(1).
inline constexpr int something_differs = 1;

// The verbs of l4d2ctl(1). Each takes a command line from parse_command_line() with its own verb.
// Each throws SystemError if the tree at `root` cannot be opened, the system is short of something,
// or a failed call leaves nothing to show.

/// `list`: a table of servers, or JSON.
///
/// \throw Refusal (configuration) if left4me.conf cannot be used
[[nodiscard]] VerbResult list_instances(const CommandLine& command_line);

/// `check`: what is wrong with instances and files. The exit status is bad_configuration if there
/// are errors, and no_such_instance if a name is unknown.
[[nodiscard]] VerbResult check_instances(const CommandLine& command_line);

/// `explain`: what became of the lines of an instance.env.
///
/// \param command_line  with exactly one name
[[nodiscard]] VerbResult explain_instance(const CommandLine& command_line);

/// `diff`: what a reload would change. The exit status is something_differs if it changes anything
/// and nothing failed.
///
/// \throw Refusal (no_such_instance) if a name is known neither before nor after a reload
[[nodiscard]] VerbResult diff_units(const CommandLine& command_line);

/// `layers`: the layers of instances, the origin of a file, or drift.
///
/// \throw Refusal (usage) if `file` cannot be a path in merged, or is another instance's
[[nodiscard]] VerbResult show_layers(const CommandLine& command_line);

} // namespace left4me::ctl
