#pragma once

#include <span>
#include <string>

namespace left4me::ctl {

/// Whether a process was started with some command line.
enum class CommandMatch {
    same,
    differs,
    /// The program of that command line is not among its arguments: it executed something else, or
    /// was started by another command.
    unknown,
};

/// \param running   the arguments of the process; those of a script begin with its interpreter's
///                  (execve(2), "Interpreter scripts")
/// \param expected  the program first
[[nodiscard]] CommandMatch match_command(std::span<const std::string> running,
                                         std::span<const std::string> expected);

} // namespace left4me::ctl
