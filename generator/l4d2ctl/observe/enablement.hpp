#pragma once

#include "generator/host/host_tree.hpp"

#include <map>
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
    /// By instance, a unit file or drop-in that has changed since systemd read units last. One that
    /// has been removed is in none.
    std::map<std::string, std::string, std::less<>> unread;
    /// Such a one of all instances, or a directory that something was added to or removed from;
    /// "" where there is none.
    std::string unread_by_all;
};

/// Looks into the directories of systemd's unit search path (systemd.unit(5)), except those of
/// generators. Directories that do not exist, or that the caller may not read, count as empty.
///
/// \throw SystemError if one of them cannot be read for another reason
[[nodiscard]] Enablement read_enablement(const HostTree& tree);

} // namespace left4me::ctl
