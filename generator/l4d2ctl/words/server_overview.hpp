#pragma once

#include "generator/overlay/instance_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// The state of an instance's instance.env.
enum class FileState {
    usable,
    /// It has errors.
    unusable,
    /// Only root may read it, and the caller is not root.
    unreadable,
    /// It is gone, and the server is still mounted.
    retired,
    /// It does not exist, but systemd or the administrator still has units of that name.
    missing,
    /// It is left out for MaxInstances=.
    refused,
};

/// How a process ended (waitid(2)).
struct ProcessEnd {
    /// CLD_EXITED, CLD_KILLED or CLD_DUMPED; 0 if it did not end, or systemd was not asked.
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

/// What systemd says of l4d2@NAME.service (org.freedesktop.systemd1(5)).
struct ServiceState {
    /// "active", "activating", "failed", …: systemd's own words.
    std::string active = "inactive";
    std::string sub = "dead";
    /// When the state changed last, in microseconds since the epoch; 0 if it never did.
    std::uint64_t since = 0;
    /// 0 for an inactive service, for which it is not asked.
    std::uint64_t restarts = 0;
    /// "success", "exit-code", "signal", "start-limit-hit", …; like the three below, asked only for
    /// a service that is neither active nor inactive.
    std::string result = {};
    /// How srcds_run ended last.
    ProcessEnd server = {};
    /// The first command of ExecStartPre= that failed: usually left4me-overlay.
    ProcessEnd preparation = {};
    /// The first command of ExecStopPost= that failed: usually left4me-overlay.
    ProcessEnd cleanup = {};
    /// When it ended last, in microseconds since the epoch; 0 if systemd knows of no run. Asked
    /// only if an overlay is mounted without a server.
    std::uint64_t stopped = 0;
    /// Asked only if it has been hit.
    std::optional<StartLimit> start_limit = {};
};

/// Why a running server is not the one that a start would make now.
enum class RestartReason {
    /// Its process has other arguments.
    command_line,
    /// Its overlay has other layers.
    layers,
    /// The next reload changes what only a start takes over.
    reload,
    /// What it writes is lost, or it can write nothing: its overlay is on another upper or work
    /// than there is now, or read-only.
    upper,
};

/// Everything that `l4d2ctl list` knows of one server.
struct ServerOverview {
    std::string name;
    FileState file = FileState::usable;
    /// The path of the instance.env; empty if there is none.
    std::string source;
    /// The first error in it, in one line; empty if there is none.
    std::string problem;
    /// What is wrong with its port, process or overlay, or why a restart would be refused; empty if
    /// there is nothing to warn of.
    std::string warning;
    /// Nullopt if systemd could not be asked.
    std::optional<ServiceState> service;
    bool autostart = false;
    /// By systemctl enable.
    bool enabled = false;
    bool masked = false;
    /// Nullopt if the file does not say.
    std::optional<std::uint16_t> port;
    /// The port that its process was started with; nullopt if that is `port`, or not known.
    std::optional<std::uint16_t> running_port;
    /// The IPv4 address that it listens on; nullopt if the file does not say.
    std::optional<std::string> address;
    /// The address that its process was started with; nullopt if that is `address`, or not known.
    std::optional<std::string> running_address;
    /// Paths, topmost first.
    std::vector<std::string> layers;
    /// Nullopt if the host's mounts were not looked at.
    std::optional<bool> mounted;
    /// Seconds since the epoch, by its record, which only root sees. Asked only if the server is
    /// down and mounted.
    std::optional<std::int64_t> mounted_at;
    /// In bytes; nullopt if it does not run, or the kernel does not count.
    std::optional<std::uint64_t> memory;
    /// Nullopt if it does not exist or could not be measured.
    std::optional<UpperSize> upper;
    /// Nullopt if it is not known.
    std::optional<bool> needs_reload;
    /// Empty if it does not run, or runs as it would after a start now.
    std::vector<RestartReason> needs_restart;
};

/// Everything that `l4d2ctl list` shows.
struct Overview {
    /// Sorted by name.
    std::vector<ServerOverview> servers;
    /// Whether systemd could be asked.
    bool asked_systemd = true;
    /// Whether the caller was allowed to see everything.
    bool complete = true;
    /// Whether l4d2.target is masked, so that nothing is started at boot.
    bool target_masked = false;
};

/// The state of a server in one word, such as "running" or "failed"; "?" if systemd was not asked
/// and nothing else tells. l4d2ctl(1) lists the words.
[[nodiscard]] std::string state_in_a_word(const ServerOverview& server);

/// Whether the server is down and its last stop left the overlay mounted. When a failure is reset,
/// systemd forgets the stop of a server that is not started at boot. Its overlay then counts as
/// mounted by hand.
///
/// \return nullopt if it cannot be told
[[nodiscard]] std::optional<bool> is_left_mounted(const ServerOverview& server);

/// Why a server is not running as it should, and what to do, in one line for people.
///
/// \return "" if there is nothing to say
[[nodiscard]] std::string explain_state(const ServerOverview& server);

/// For programs: packaging/schema/l4d2ctl-list.schema.json. Within a version fields are added and
/// never change. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Overview& overview);

} // namespace left4me::ctl
