#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"

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
};

/// Asks for every l4d2@NAME.service that systemd has loaded, by NAME. It asks of each only what its
/// state makes worth it.
///
/// \throw SystemError if systemd does not answer
[[nodiscard]] std::map<std::string, LoadedService> ask_service_states();

// The three below are for few services. They pass over those that are not loaded, leave what
// systemd does not answer as it is, and throw SystemError if the connection fails.

/// Fills in state.stopped (InactiveEnterTimestamp).
void ask_stop_times(std::span<LoadedService* const> services);

/// Fills in state.start_limit (StartLimitBurst, StartLimitIntervalUSec).
void ask_start_limits(std::span<LoadedService* const> services);

/// Fills in next_command with the first command of ExecStart.
void ask_next_commands(std::span<LoadedService* const> services);

} // namespace left4me::ctl
