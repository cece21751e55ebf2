#pragma once

#include "generator/l4d2ctl/units/unit_changes.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// Whether a server has a process now.
enum class ServerState {
    running,
    stopped,
    /// systemd was not asked, or did not answer.
    unknown,
};

/// What a reload means for those who run servers.
struct ChangeMeaning {
    /// Whether a running server keeps what is old until it is restarted; false for a stopped one.
    bool restart = false;
    /// Whether that restart mounts something else.
    bool remount = false;
    /// What it means, and what to do, for people; without punctuation at the end.
    std::vector<std::string> sentences;
};

/// What is known of a server and of the host, besides what changes.
struct ChangeContext {
    ServerState server = ServerState::unknown;
    /// Whether /run/left4me could be read. Without it, an instance that seems gone may be retired.
    bool sees_records = true;
    /// Whether left4me.conf can be used.
    bool configuration_usable = true;
    /// Whether the instance has an instance.env and is left out for MaxInstances=.
    bool refused = false;
};

/// Judges a change by which settings differ, and who holds their old values (HeldBy in
/// generated_settings.hpp).
///
/// \param change  what a reload changes of one instance; `files` may be empty
[[nodiscard]] ChangeMeaning meaning_of(const InstanceChange& change, const ChangeContext& context);

} // namespace left4me::ctl
