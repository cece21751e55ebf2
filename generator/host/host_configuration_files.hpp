#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

struct HostConfigurationReading {
    /// Nothing when the diagnostics hold an error.
    std::optional<HostConfiguration> configuration;
    Diagnostics diagnostics;
    /// What was passed over because whoever runs this may not look at it.
    std::vector<std::string> hidden;
};

/// What to make of a file or directory of the configuration that cannot be read for lack of
/// permission.
enum class Denied {
    /// An error: root reads all of them.
    refuse,
    /// It is passed over: whoever is not root sees what is left.
    pass_over,
};

/// Reads left4me.conf as systemd reads its own configuration (systemd.syntax(7), "Configuration
/// directories"): the first left4me.conf of /etc/left4me, /run/left4me and /usr/lib/left4me, then
/// the left4me.conf.d/*.conf of all three in the order of their names. Of two with the same name
/// the one in the earlier directory counts, and a symlink to /dev/null takes the name out.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] HostConfigurationReading read_host_configuration(const HostTree& tree,
                                                               Denied denied = Denied::refuse);

} // namespace left4me
