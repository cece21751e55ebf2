#pragma once

#include "generator/host/host_tree.hpp"

#include <set>
#include <string>

namespace left4me::ctl {

/// What an administrator has said of servers with systemctl(1), or by hand.
struct Enablement {
    /// `systemctl enable`: instances that l4d2.target wants.
    std::set<std::string, std::less<>> enabled;
    /// Whether l4d2.target is masked.
    bool target_masked = false;
    /// `systemctl mask`.
    std::set<std::string, std::less<>> masked;
    /// Instances for which a unit file or a drop-in of the administrator's own may set ExecStart=.
    std::set<std::string, std::less<>> commanded;
    /// Whether one for all of them may.
    bool all_commanded = false;
};

/// Looks into /etc/systemd/system and /run/systemd/system.
///
/// \throw SystemError
[[nodiscard]] Enablement read_enablement(const HostTree& tree);

} // namespace left4me::ctl
