#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What systemd says of a l4d2@NAME.service.
struct LoadedService {
    ServiceState state;
    /// Empty when systemd has not loaded it.
    std::string object_path;
    /// 0 when nothing runs.
    std::uint64_t main_pid = 0;
    /// Bytes; nothing when nothing runs, or the kernel does not count them.
    std::optional<std::uint64_t> memory;
    /// What systemd would execute at the next start, as it has it loaded; asked only where it may
    /// be another than ours.
    std::vector<std::string> next_command;
};

/// What systemd says of every l4d2@NAME.service that it has loaded, by NAME.
///
/// \throw SystemError when it cannot be asked
[[nodiscard]] std::map<std::string, LoadedService> ask_service_states();

// What is asked of few. Each fills in what it asks for, and passes over what is not loaded.

/// \throw SystemError
void ask_stop_times(std::span<LoadedService* const> services);

/// \throw SystemError
void ask_start_limits(std::span<LoadedService* const> services);

/// \throw SystemError
void ask_next_commands(std::span<LoadedService* const> services);

} // namespace left4me::ctl
