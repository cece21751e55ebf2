#pragma once

#include <string>
#include <vector>

namespace left4me {

/// The processes in the control group of l4d2@NAME.service, for a caller that is about to take its
/// overlay away.
struct ServerProcesses {
    /// Their ids, without the caller's own and those it descends from; 0 for one that is in a PID
    /// namespace which the caller does not see.
    std::vector<int> ids;
    /// Whether the caller is one of the unit's own commands: the server has then ended, and what is
    /// left of it is about to.
    bool called_by_unit = false;
};

/// Looks in the hierarchy that systemd keeps its units in (cgroups(7)), in any slice, at most 16
/// slices deep.
///
/// \return no processes if there is no such control group, as where systemd does not run
/// \throw SystemError if the hierarchy or /proc/self/cgroup cannot be read
[[nodiscard]] ServerProcesses find_server_processes(const std::string& instance);

} // namespace left4me
