#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace left4me::ctl {

/// Whether a process was started with some command line.
enum class CommandMatch {
    same,
    differs,
    /// It cannot be told: the process is another program.
    unknown,
};

/// Compares a process with the command line that is to start srcds_run. That is a script, which
/// hands its arguments on as unquoted `$*` to the server that it executes (facts about the
/// wrapper): each may have become several, none, or the names of files.
///
/// \param running   the arguments of the process: the script's, behind its interpreter's
///                  (execve(2), "Interpreter scripts"), or the server's, `./srcds_linux`
/// \param expected  the program first
[[nodiscard]] CommandMatch match_command(std::span<const std::string> running,
                                         std::span<const std::string> expected);

/// The port that a process was told to take, by its last -port.
///
/// \return nothing when it was told none
[[nodiscard]] std::optional<std::uint16_t> port_among(std::span<const std::string> arguments);

} // namespace left4me::ctl
