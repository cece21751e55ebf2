#pragma once

#include "generator/l4d2ctl/words/service_state.hpp"
#include "generator/overlay/instance_status.hpp"
#include "generator/watch/answer_reading.hpp"

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

/// Why a running server is not the one that a start would make now.
enum class RestartReason {
    /// Its process has other arguments.
    command_line,
    /// Its overlay has other layers, or a layer was replaced.
    layers,
    /// The next reload changes what only a start takes over.
    reload,
    /// What it writes may be lost, or it can write nothing: its overlay is on another upper or work
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
    /// The first warning about its instance.env, in one line; empty if there is none.
    std::string file_warning;
    /// Of one whose start was refused, what refuses it now; empty if nothing does any more, and
    /// nullopt if that is not known.
    std::optional<std::string> refusal;
    /// Who has its port, if it is to be started and is not up; empty otherwise.
    std::string port_taken;
    /// That systemd has started it again lately; empty otherwise.
    std::string restarted;
    /// That it runs below another state root than left4me.conf names now; empty otherwise.
    std::string root_changed;
    /// Which layers have been replaced below a server that runs; empty if none.
    std::string layers_replaced;
    /// That it was started with what instance.env says and with what systemd had read of it before;
    /// empty otherwise.
    std::string started_between;
    /// The path of an administrator's unit file, drop-in or directory that systemd has not read
    /// since it changed; empty if there is none.
    std::string unread_file;
    /// What keeps a server that ended from being executed, in one line; empty if nothing does.
    std::string server_fault;
    /// Nullopt if systemd could not be asked.
    std::optional<ServiceState> service;
    bool autostart = false;
    /// By systemctl enable.
    bool enabled = false;
    bool masked = false;
    /// Nullopt if the file does not say.
    std::optional<std::uint16_t> port;
    /// The port in an ExecStart= of its own; nullopt if that is `port`, or there is none.
    std::optional<std::uint16_t> command_port;
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
    /// What left4me-watch says of it; nullopt if it says nothing.
    std::optional<watch::ServerAnswer> answer = {};

    /// Whether it is to be started at boot.
    [[nodiscard]] bool at_boot() const { return autostart || enabled; }
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

/// Why a server is not running as it should, what is wrong with it and what will be, and what to
/// do: a sentence each for people.
[[nodiscard]] std::vector<std::string> what_is_wrong(const ServerOverview& server);

/// That in one line.
///
/// \return "" if there is nothing to say
[[nodiscard]] std::string explain_state(const ServerOverview& server);

} // namespace left4me::ctl
