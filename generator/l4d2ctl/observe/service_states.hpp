#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace left4me::ctl {

/// A service that systemd has loaded.
struct LoadedService {
    ServiceState state;
    /// Whether systemctl mask keeps it from being started.
    bool masked = false;
    /// Whether it was started from the units that systemd has now, and not before a reload; not
    /// always told where it was.
    bool started_from_loaded_units = false;
    std::string object_path;
};

/// What systemd says of every l4d2@NAME.service that it has loaded, by NAME.
///
/// \throw SystemError when it cannot be asked
[[nodiscard]] std::map<std::string, LoadedService> ask_service_states();

/// When each ended last, in the same order: microseconds since the epoch, or 0.
///
/// \param object_paths  of LoadedService
/// \throw SystemError
[[nodiscard]] std::vector<std::uint64_t>
ask_stop_times(const std::vector<std::string>& object_paths);

/// How often each may be started, in the same order.
///
/// \param object_paths  of LoadedService
/// \throw SystemError
[[nodiscard]] std::vector<StartLimit>
ask_start_limits(const std::vector<std::string>& object_paths);

/// The process ids of what runs in each, in the same order; 0 when nothing does.
///
/// \throw SystemError
[[nodiscard]] std::vector<std::uint64_t>
ask_main_pids(const std::vector<std::string>& object_paths);

/// What systemd would execute at the next start of each, as it has it loaded.
///
/// \param object_paths  of LoadedService
/// \return as many command lines, in the same order; empty where there is none
/// \throw SystemError
[[nodiscard]] std::vector<std::vector<std::string>>
ask_command_lines(const std::vector<std::string>& object_paths);

/// The bytes of memory of each, in the same order; 0 where the kernel does not count them.
///
/// \throw SystemError
[[nodiscard]] std::vector<std::uint64_t> ask_memory(const std::vector<std::string>& object_paths);

} // namespace left4me::ctl
