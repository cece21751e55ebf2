#pragma once

#include "instance/host_configuration.hpp"
#include "instance/instance.hpp"

#include <set>
#include <string>
#include <vector>

namespace left4me::ctl {

/// A running server that systemd started before it read its units the last time.
struct EarlierStart {
    const Instance* instance;
    /// Of its service (LoadedService).
    std::string object_path;
};

/// Those of the servers whose process has other arguments than the next start would give it.
///
/// \return names
/// \throw SystemError when systemd cannot be asked
[[nodiscard]] std::set<std::string> find_stale_arguments(std::vector<EarlierStart> servers,
                                                         const HostConfiguration& configuration);

} // namespace left4me::ctl
