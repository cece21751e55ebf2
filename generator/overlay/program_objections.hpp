#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <string_view>

namespace left4me {

// Why a server cannot be started, in words.

/// No layer has srcds_run.
[[nodiscard]] Complaint objection_to_missing_game();
/// \param server  the path of the server beside which it is missing
[[nodiscard]] Complaint objection_to_missing_wrapper(const std::string& server);

/// No layer has what srcds_run executes.
///
/// \param wrapper  the path of srcds_run
[[nodiscard]] Complaint objection_to_missing_server(const std::string& wrapper);

/// \param command  the path that an administrator's ExecStart= names
[[nodiscard]] Complaint objection_to_missing_command(const std::string& command);
/// \param command  a name without a path, which is nowhere in systemd's search path
[[nodiscard]] Complaint objection_to_unfound_command(const std::string& command);

/// \param path   of a file that is to be executed
/// \param fault  the end of a sentence about it: "is empty"
[[nodiscard]] Complaint objection_to_program(const std::string& path, const Complaint& fault);

// Such faults.

[[nodiscard]] Complaint fault_of_directory();
[[nodiscard]] Complaint fault_of_mode();
/// \param interpreter  that the host lacks
[[nodiscard]] Complaint fault_of_script_without(const std::string& interpreter);
/// \param interpreter  that the host lacks
[[nodiscard]] Complaint fault_of_program_without(const std::string& interpreter);

} // namespace left4me
