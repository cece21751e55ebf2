#pragma once

#include <string>
#include <vector>

namespace left4me {

/// What keeps the overlay on merged busy, one text each: `PID (COMMAND): working directory, open
/// file '/…'` for each process, and mounts in it and loop devices backed by it, which no process
/// shows. A file is known by the mount it was opened through and not by its path, so that processes
/// in a chroot or another mount namespace and files that were deleted are found. Where no process
/// has anything open there, those are named that keep another mount namespace alive in which it is
/// mounted. At most 20 are named, and the others counted. The search ends after two seconds.
///
/// \param parent  runtime/NAME, opened
/// \param path    of it
/// \return nothing when nothing is mounted there any more, or nothing in /proc or /sys shows why
/// \throw SystemError
[[nodiscard]] std::vector<std::string> find_mount_holders(int parent, const std::string& path);

} // namespace left4me
