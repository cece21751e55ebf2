#pragma once

#include "generator/l4d2ctl/words/service_state.hpp"
#include "generator/text/exit_status.hpp"

#include <cstdint>
#include <string>

namespace left4me::ctl {

/// Whether systemd takes the end of a process for a failure.
[[nodiscard]] bool is_failure(const ProcessEnd& end);

/// Whether a program of ours ended with an exit code.
[[nodiscard]] bool exited_with(const ProcessEnd& end, ExitStatus status);

/// Whether a signal ended it.
[[nodiscard]] bool was_killed(const ProcessEnd& end);

/// Whether it was the signal that systemd sends when a stop takes too long (systemd.kill(5),
/// FinalKillSignal=; systemd.service(5), TimeoutStopFailureMode=).
[[nodiscard]] bool was_killed_for_good(const ProcessEnd& end);

/// Whether systemd, and not the program, gave the exit code, since it could not execute the program
/// (systemd.exec(5), "Process Exit Codes").
[[nodiscard]] bool was_not_executed(const ProcessEnd& end);

/// "SIGINT"; "signal N" for one without a name.
[[nodiscard]] std::string signal_name(std::int64_t number);

/// "exit code 1", "SIGTERM" or "SIGSEGV and dumped core".
[[nodiscard]] std::string in_words(const ProcessEnd& end);

} // namespace left4me::ctl
