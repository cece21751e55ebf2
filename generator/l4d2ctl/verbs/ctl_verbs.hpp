#pragma once

#include "generator/l4d2ctl/words/ctl_command_line.hpp"

#include "generator/text/exit_status.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace left4me::ctl {

/// What a verb comes to.
struct VerbResult {
    /// For standard output.
    std::string text;
    /// For standard error, one line each: what could not be shown, and why.
    std::vector<std::string> messages = {};
    /// An ExitStatus, or `something_differs`.
    int exit_status = 0;

    void tell(std::string message) { messages.push_back(std::move(message)); }

    void tell(const std::vector<std::string>& several) {
        std::ranges::copy(several, std::back_inserter(messages));
    }

    /// Of several statuses, the highest is the verb's.
    void complain(ExitStatus status, std::string message) {
        tell(std::move(message));
        exit_status = std::max(exit_status, static_cast<int>(status));
    }
};

/// diff(1)'s, of the verb of that name.
inline constexpr int something_differs = 1;

// Each throws SystemError when the system is short of something, and Refusal when there is
// nothing to show.

[[nodiscard]] VerbResult list_instances(const CommandLine& command_line);
[[nodiscard]] VerbResult check_instances(const CommandLine& command_line);
[[nodiscard]] VerbResult explain_instance(const CommandLine& command_line);
[[nodiscard]] VerbResult diff_units(const CommandLine& command_line);
[[nodiscard]] VerbResult show_layers(const CommandLine& command_line);

} // namespace left4me::ctl
