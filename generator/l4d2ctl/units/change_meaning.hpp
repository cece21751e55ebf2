#pragma once

#include "generator/l4d2ctl/units/unit_changes.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// What becomes of a server's process at the moment.
enum class ServerState {
    running,
    stopped,
    /// systemd was not asked.
    unknown,
};

/// What a reload means for who runs servers.
struct ChangeMeaning {
    /// Whether a server that runs goes on with what is old until it is restarted.
    bool restart = false;
    /// Whether that restart mounts something else.
    bool remount = false;
    /// What it means, and what to do, in words.
    std::vector<std::string> sentences;
};

/// What is known of a server and of the host, besides what changes.
struct ChangeContext {
    ServerState server = ServerState::unknown;
    /// Whether it could be seen what is mounted: what is gone is retired otherwise, or not.
    bool sees_records = true;
    /// Whether left4me.conf can be used.
    bool configuration_usable = true;
    /// Whether it has an instance.env and is left out for MaxInstances=.
    bool refused = false;
};

[[nodiscard]] ChangeMeaning meaning_of(const InstanceChange& change, const ChangeContext& context);

} // namespace left4me::ctl
