#pragma once

#include "generator/instance/game.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::game {

/// Returns the arguments with which systemd starts the server of `instance`, unquoted. The first
/// is the path of `program` in the merged directory.
[[nodiscard]] std::vector<std::string> server_command_line(const Instance& instance,
                                                           const HostConfiguration& configuration);

/// Whether a process was started with some command line.
enum class CommandMatch {
    same,
    differs,
    /// It cannot be told: the process is another program, or there is nothing to compare. Or the
    /// wrapper's shell may have put names of files in the place of an argument.
    unknown,
};

/// Compares a process with the command line that is to start `program`. That is a script, which
/// hands its arguments on as unquoted `$*` to the server that it executes (facts about the
/// wrapper). Each may have become several, none, or the names of files.
///
/// \param running   the arguments of the process: the script's, behind its interpreter's
///                  (execve(2), "Interpreter scripts"), or the server's, `./` and `server`; may be
///                  empty
/// \param expected  the program first; may be empty
[[nodiscard]] CommandMatch match_command(std::span<const std::string> running,
                                         std::span<const std::string> expected);

/// Returns the port that a process was told to take, by the last `-port NUMBER` among its
/// arguments; nothing if it was told none.
[[nodiscard]] std::optional<std::uint16_t> port_among(std::span<const std::string> arguments);

/// Returns the address that a process was told to listen on, by the last `-ip ADDRESS` among its
/// arguments; nothing if it was told none.
[[nodiscard]] std::optional<std::string> address_among(std::span<const std::string> arguments);

} // namespace left4me::game
