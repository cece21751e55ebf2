#pragma once

#include "host/host_tree.hpp"
#include "instance/host_configuration.hpp"

#include <optional>

namespace left4me {

struct HostConfigurationReading {
    /// Nothing when the diagnostics hold an error.
    std::optional<HostConfiguration> configuration;
    Diagnostics diagnostics;
};

/// Reads left4me.conf as systemd reads its own configuration (systemd.syntax(7), "Configuration
/// directories"): the first left4me.conf of /etc/left4me, /run/left4me and /usr/lib/left4me, then
/// the left4me.conf.d/*.conf of all three in the order of their names. Of two with the same name
/// the one in the earlier directory counts, and a symlink to /dev/null takes the name out.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] HostConfigurationReading read_host_configuration(const HostTree& tree);

} // namespace left4me
