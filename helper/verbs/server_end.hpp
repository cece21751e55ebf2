#pragma once

#include "generator/text/diagnostic.hpp"

#include <functional>
#include <optional>
#include <string>

namespace left4me {

/// How a service ended, as systemd tells the commands of its ExecStopPost= in their environment
/// (systemd.exec(5), "$SERVICE_RESULT").
struct ServerEnd {
    /// "exit-code", "timeout", …
    std::string result;
    /// "exited", "killed" or "dumped"; empty where the server was never started.
    std::string exit_code;
    /// A number, or a signal without SIG.
    std::string exit_status;
    /// By which the journal knows this run; empty where it is not said.
    std::string invocation;
};

/// Of a caller's environment only words that systemd could have put there are taken.
///
/// \param value_of  what a variable says; nullptr where there is none
/// \return nothing where the caller is not systemd after a service has ended
[[nodiscard]] std::optional<ServerEnd>
read_server_end(const std::function<const char*(const char* variable)>& value_of);

/// What is to be said of a server that ended by itself, or that systemd had to end.
///
/// \return nothing after a clean end, and where the server was not started: who refused that has
///         said so
[[nodiscard]] std::optional<Complaint> explain_server_end(const ServerEnd& end,
                                                          const std::string& instance);

} // namespace left4me
