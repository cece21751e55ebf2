#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstdint>
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
};

/// Of a caller's environment only words that systemd could have put there are taken.
///
/// \param value_of  what a variable says; nullptr where there is none
/// \return nothing where the caller is not systemd after a service has ended
[[nodiscard]] std::optional<ServerEnd>
read_server_end(const std::function<const char*(const char* variable)>& value_of);

/// What is to be said of a server that ended by itself, or that systemd had to end.
///
/// \param now  seconds since the epoch: what the server printed later is another run's. (To the
///             journal, a restart by systemd 257 with RestartMode=direct is not another one.)
/// \return nothing after a clean end, and where the server was not started: who refused that has
///         said so
[[nodiscard]] std::optional<Complaint>
explain_server_end(const ServerEnd& end, const std::string& instance, std::int64_t now);

} // namespace left4me
