#pragma once

#include <string>
#include <vector>

namespace left4me {

/// What keeps the overlay on merged from being made read-only, one text each: `PID (COMMAND): open
/// file '/…'` for each process that has a file of it open for writing, or one that was deleted, and
/// loop devices backed by a file in it, which no process shows. Whoever has but a directory or a
/// file open for reading is in nobody's way. At most 20 are named, and the others counted. The
/// search ends after two seconds.
///
/// \param parent  runtime/NAME, opened
/// \param path    of it
/// \return nothing when nothing is mounted there any more, or nothing in /proc or /sys shows why
/// \throw SystemError
[[nodiscard]] std::vector<std::string> find_mount_holders(int parent, const std::string& path);

} // namespace left4me
