#pragma once

#include "generator/overlay/instance_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What there is of an instance's instance.env.
enum class FileState {
    usable,
    /// It has errors.
    unusable,
    /// Only root may read it, and whoever asks is not.
    unreadable,
    /// It is gone, and the server is still mounted.
    retired,
    /// There is none, and still systemd knows a server of that name.
    missing,
    /// It is left out for MaxInstances=.
    refused,
};

/// How a process ended (waitid(2)).
struct ProcessEnd {
    /// CLD_EXITED, CLD_KILLED or CLD_DUMPED; 0 when it did not.
    std::int64_t code = 0;
    /// The exit code or the signal.
    std::int64_t status = 0;
};

/// How often a service may be started.
struct StartLimit {
    std::uint64_t starts = 0;
    /// In microseconds.
    std::uint64_t interval = 0;
};

/// What systemd says of l4d2@NAME.service.
struct ServiceState {
    /// "active", "activating", "failed", …: systemd's own words.
    std::string active = "inactive";
    std::string sub = "dead";
    /// Microseconds since the epoch; 0 when it never changed.
    std::uint64_t since = 0;
    std::uint64_t restarts = 0;
    /// "success", "exit-code", "signal", "start-limit-hit", …; asked only of what is not running.
    std::string result = {};
    /// How srcds_run ended last.
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
};

/// Why a running server is not the one that a start would make now.
enum class RestartReason {
    /// Its process has other arguments.
    command_line,
    /// Its overlay has other layers.
    layers,
    /// A reload is to come, and changes what only a start takes over.
    reload,
    /// What it writes is lost, or it can write nothing: its overlay is on another upper or work
    /// than there is now, or read-only.
    upper,
};

/// Everything that `l4d2ctl list` knows of one server.
struct ServerOverview {
    std::string name;
    FileState file = FileState::usable;
    /// The instance.env, or "" where there is none.
    std::string source;
    /// The first thing that is wrong with it.
    std::string problem;
    /// What will be wrong: with its port beside others', or when it is restarted.
    std::string warning;
    /// What keeps a server that failed from being executed.
    std::string server_fault;
    /// Nothing when systemd could not be asked.
    std::optional<ServiceState> service;
    bool autostart = false;
    /// By systemctl enable.
    bool enabled = false;
    bool masked = false;
    /// Nothing when the file does not say.
    std::optional<std::uint16_t> port;
    /// What its process was told, when that is another.
    std::optional<std::uint16_t> running_port;
    /// Topmost first.
    std::vector<std::string> layers;
    /// Nothing when it could not be seen.
    std::optional<bool> mounted;
    /// Seconds since the epoch, by its record, which only root sees. Asked only where the server is
    /// down.
    std::optional<std::int64_t> mounted_at;
    /// In bytes; nothing when it does not run, or the kernel does not count.
    std::optional<std::uint64_t> memory;
    /// Nothing when there is none.
    std::optional<UpperSize> upper;
    /// Nothing when it could not be seen.
    std::optional<bool> needs_reload;
    /// Empty when it does not run, or runs as it would now.
    std::vector<RestartReason> needs_restart;
};

struct Overview {
    /// By name.
    std::vector<ServerOverview> servers;
    /// Whether systemd could be asked.
    bool asked_systemd = true;
    /// Whether nothing was kept from whoever asks.
    bool complete = true;
    /// Whether l4d2.target is masked, and nothing is started at boot.
    bool target_masked = false;
};

/// One word for how a server is.
[[nodiscard]] std::string state_in_a_word(const ServerOverview& server);

/// Whether the server is down and its overlay still mounted without anybody having mounted it by
/// hand since. systemd forgets the stop of a server that is not started at boot when its failure is
/// reset: what is mounted then counts as mounted by hand.
///
/// \return nothing when it cannot be told
[[nodiscard]] std::optional<bool> is_left_mounted(const ServerOverview& server);

/// Why a server is not running as it should, in one line for a person; "" when there is nothing to
/// say.
[[nodiscard]] std::string explain_state(const ServerOverview& server);

/// For programs: `{"version": 1, "instances": [...]}`. Within a version fields are added and never
/// change. packaging/schema documents them. What is not UTF-8 is replaced by U+FFFD.
[[nodiscard]] std::string to_json(const Overview& overview);

} // namespace left4me::ctl
