#pragma once

#include "generator/l4d2ctl/words/service_state.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What systemd and its control group tell of an l4d2@NAME.service.
struct LoadedService {
    ServiceState state;
    /// Empty if systemd has not loaded it.
    std::string object_path;
    /// 0 unless the service is active.
    std::uint64_t main_pid = 0;
    /// In bytes; nullopt if the service is not active, or the kernel does not count them.
    std::optional<std::uint64_t> memory;
    /// The program and arguments that systemd has loaded for the next start; empty until
    /// ask_next_commands().
    std::vector<std::string> next_command;
    /// Whether anybody has tried to start it, and its conditions and assertions held; asked only of
    /// what is down and to be started at boot.
    bool tried = false;
    bool conditions_held = true;
    bool assertions_held = true;
    /// Whether one of its files has changed since systemd read it; asked only where one may have.
    bool is_unread = false;
    /// The drop-ins that it has read; asked only likewise.
    std::vector<std::string> drop_ins;
};

/// Asks for every l4d2@NAME.service that systemd has loaded, by NAME. It asks of each only what its
/// state makes worth it.
///
/// \throw SystemError if systemd does not answer
[[nodiscard]] std::map<std::string, LoadedService> ask_service_states();

// Those below are for few services. They pass over those that are not loaded, leave what
// systemd does not answer as it is, and throw SystemError if the connection fails.

/// Fills in state.stopped (InactiveEnterTimestamp).
void ask_stop_times(std::span<LoadedService* const> services);

/// Fills in state.start_limit (StartLimitBurst, StartLimitIntervalUSec).
void ask_start_limits(std::span<LoadedService* const> services);

/// Fills in state.limits and state.stop_signal.
void ask_time_limits(std::span<LoadedService* const> services);

/// Fills in what kept inactive services from being started, or ended them: the three fields above,
/// state.result, state.server, state.unmet, state.left_active, state.server_ended and
/// state.stop_signal.
void ask_why_down(std::span<LoadedService* const> services);

/// Fills in is_unread (NeedDaemonReload) and drop_ins (DropInPaths).
void ask_unread(std::span<LoadedService* const> services);

/// Fills in next_command with the first command of ExecStart.
void ask_next_commands(std::span<LoadedService* const> services);

} // namespace left4me::ctl
