#pragma once

#include "generator/host/host_tree.hpp"

#include <set>
#include <string>

namespace left4me::ctl {

/// What an administrator has configured for servers with systemctl(1), or by hand.
struct Enablement {
    /// Instances that l4d2.target wants, as after `systemctl enable`.
    std::set<std::string, std::less<>> enabled;
    /// Whether l4d2.target is masked.
    bool target_masked = false;
    /// Instances that are masked.
    std::set<std::string, std::less<>> masked;
    /// Instances for which a unit file or a drop-in of the administrator's own may set ExecStart=.
    std::set<std::string, std::less<>> commanded;
    /// Whether one for all of them may.
    bool all_commanded = false;
};

/// Looks into `system` and `system.control` of /etc/systemd and /run/systemd (systemd.unit(5)).
/// Directories that do not exist, or that the caller may not read, count as empty.
///
/// \throw SystemError if one of them cannot be read for another reason
[[nodiscard]] Enablement read_enablement(const HostTree& tree);

} // namespace left4me::ctl
