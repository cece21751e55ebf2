#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// How a process ended (waitid(2)).
struct ProcessEnd {
    /// CLD_EXITED, CLD_KILLED or CLD_DUMPED; 0 when it did not.
    std::int64_t code = 0;
    /// The exit code or the signal.
    std::int64_t status = 0;
    /// Of a command before or after the server: its program, unless it runs left4me-overlay.
    std::string program = {};
};

/// How often a service may be started.
struct StartLimit {
    std::uint64_t starts = 0;
    /// In microseconds.
    std::uint64_t interval = 0;
};

/// What a service was to take at most, and when its last run was what; in microseconds.
struct TimeLimits {
    static constexpr std::uint64_t infinite = UINT64_MAX;

    std::uint64_t start = infinite;
    std::uint64_t stop = infinite;
    /// RuntimeMaxSec=.
    std::uint64_t run = infinite;
    /// Since the boot: when its start began, and from when until when it was active. A run that
    /// never was has those of the run before.
    std::uint64_t began = 0;
    std::uint64_t active_from = 0;
    std::uint64_t active_until = 0;
};

/// What systemd says of l4d2@NAME.service.
struct ServiceState {
    /// "active", "activating", "failed", …: systemd's own words.
    std::string active = "inactive";
    std::string sub = "dead";
    /// Microseconds since the epoch; 0 when it never changed.
    std::uint64_t since = 0;
    std::uint64_t restarts = 0;
    /// "success", "exit-code", "signal", "start-limit-hit", …; asked only of what failed, and of
    /// what is down and to be started at boot.
    std::string result = {};
    /// How srcds_run ended last; asked only likewise.
    ProcessEnd server = {};
    /// How the first command before it ended that failed: left4me-overlay, as a rule.
    ProcessEnd preparation = {};
    /// How the first command after it ended that failed: likewise.
    ProcessEnd cleanup = {};
    /// When it ended last, in microseconds since the epoch; 0 when systemd knows of no run. Asked
    /// only where an overlay is mounted without a server.
    std::uint64_t stopped = 0;
    /// Asked only where it has been hit.
    std::optional<StartLimit> start_limit = {};
    /// "loaded", "masked", "bad-setting", …: systemd's own words.
    std::string load = "loaded";
    /// Asked only where one has passed.
    std::optional<TimeLimits> limits = {};
    /// The conditions and assertions that kept it from being started last, as a unit has them.
    std::vector<std::string> unmet = {};
    /// When its last run stopped to count as active, and when srcds_run ended; in microseconds
    /// since the boot. Asked only of what is down and to be started at boot.
    std::uint64_t left_active = 0;
    std::uint64_t server_ended = 0;
    /// KillSignal=; asked only where another one has ended it, or it took too long, and 0
    /// otherwise.
    std::int64_t stop_signal = 0;
};

} // namespace left4me::ctl
