#pragma once

#include <string>
#include <vector>

namespace left4me {

/// Processes that keep a mount busy, one text each: `PID (COMMAND): working directory`. Only what a
/// path in /proc shows is found: working and root directory, executable, and open files.
///
/// \param mount_point  an absolute path without symlinks
[[nodiscard]] std::vector<std::string> find_mount_holders(const std::string& mount_point);

} // namespace left4me
