#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What is known of the game. Another game on the Source engine is a change of game.hpp and
/// game.cpp.
namespace left4me::game {

inline constexpr std::string_view title = "Left 4 Dead 2";

/// The directory of the game in its installation, where its server is started.
inline constexpr const char* directory = "left4dead2";

/// What starts a server, in the installation.
inline constexpr const char* program = "srcds_run";

/// The server itself, beside it.
inline constexpr const char* server = "srcds_linux";

/// Whether a script, as far as it was read, executes `server`: an administrator's own need not.
[[nodiscard]] bool executes_server(std::string_view script);

/// What systemd executes for `instance`, the program first.
[[nodiscard]] std::vector<std::string> server_command_line(const Instance& instance,
                                                           const HostConfiguration& configuration);

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

/// The port that a process was told to take, by the last of its arguments that says so.
///
/// \return nothing when it was told none
[[nodiscard]] std::optional<std::uint16_t> port_among(std::span<const std::string> arguments);

struct ArgumentProblem {
    Severity severity;
    Complaint complaint;
};

/// What is wrong with passing `argument` to `program`.
///
/// An error: it is set by the product, or it would run, write or delete files of the caller's
/// choice (facts about the wrapper: its own options and those that force its restart loop).
///
/// A warning: `program` is a shell script that hands its arguments on as unquoted `$*`, so the
/// server gets something else than is written here. An argument with blanks becomes several, one
/// with `*`, `?` or `[` becomes the names of files that match it, and an empty one vanishes. For
/// the same reason every word of an argument is looked at for the errors.
///
/// \return nothing when the server gets it as it is
[[nodiscard]] std::optional<ArgumentProblem> problem_of_argument(std::string_view argument);

/// The options that are errors, in whatever letter case they stand.
[[nodiscard]] std::vector<std::string_view> forbidden_arguments();

} // namespace left4me::game
