#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

struct HostConfigurationReading {
    /// Nothing if the diagnostics hold an error.
    std::optional<HostConfiguration> configuration;
    Diagnostics diagnostics;
    /// The paths that were passed over because whoever runs this may not look at them.
    std::vector<std::string> hidden;
};

/// What to make of a file or directory of the configuration that cannot be read for lack of
/// permission.
enum class Denied {
    /// It is an error: root reads all of them.
    refuse,
    /// It is passed over: whoever is not root sees what is left.
    pass_over,
};

/// Reads left4me.conf as systemd reads its own configuration (systemd.syntax(7), "Configuration
/// directories"). That is the first left4me.conf of /etc/left4me, /run/left4me and
/// /usr/lib/left4me, then the left4me.conf.d/*.conf of all three in the order of their names. If
/// two have one name, that in the earlier directory counts; a symlink to /dev/null hides the name.
///
/// \return with the defaults if there is no such file; one of more than 64 KiB is an error
/// \throw SystemError if the system is short of something (is_shortage()), or a file or directory
///        that could be opened cannot be looked at
[[nodiscard]] HostConfigurationReading read_host_configuration(const HostTree& tree,
                                                               Denied denied = Denied::refuse);

} // namespace left4me
