#pragma once

#include "host/host_tree.hpp"

#include <set>
#include <string>

namespace left4me::ctl {

/// What an administrator has said of servers with systemctl(1), or by hand.
struct Enablement {
    /// `systemctl enable`: instances that l4d2.target wants.
    std::set<std::string, std::less<>> enabled;
    /// Whether l4d2.target is masked.
    bool target_masked = false;
    /// Instances that have a drop-in or a unit file of the administrator's own.
    std::set<std::string, std::less<>> edited;
    /// Whether there are such for all of them.
    bool all_edited = false;
    /// `systemctl mask`.
    std::set<std::string, std::less<>> masked;
};

/// Looks into /etc/systemd/system and /run/systemd/system.
///
/// \throw SystemError
[[nodiscard]] Enablement read_enablement(const HostTree& tree);

} // namespace left4me::ctl
