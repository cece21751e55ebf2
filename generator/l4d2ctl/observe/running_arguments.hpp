#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// A running server whose process may have been started from other units than systemd has now.
struct EarlierStart {
    const Instance* instance;
    /// Of its service (LoadedService).
    std::string object_path;
    /// Whether an administrator may have given it another command line than ours.
    bool commanded;
};

/// What the process of a server was started with.
struct RunningArguments {
    /// Whether it said so in time; otherwise nothing else is known.
    bool known = true;
    std::optional<std::uint16_t> port = {};
    /// Whether the next start, from the units that systemd has, would give it others.
    bool stale = false;
};

/// Looks at the process of each of the servers.
///
/// \return by name
/// \throw SystemError when systemd cannot be asked
[[nodiscard]] std::map<std::string, RunningArguments>
look_at_arguments(const std::vector<EarlierStart>& servers, const HostConfiguration& configuration);

} // namespace left4me::ctl
