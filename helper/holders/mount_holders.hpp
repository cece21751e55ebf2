#pragma once

#include <string>
#include <vector>

namespace left4me {

/// Finds what keeps the overlay on merged from being made read-only. Processes do that have a file
/// of it open for writing, or open and deleted, and loop devices backed by a file in it. Open
/// directories and files that are open for reading only do not. The search ends after two seconds.
///
/// \param parent  runtime/NAME, opened; O_PATH will do
/// \param path    of it
/// \return one line each, as in `PID (COMMAND): open file '/…'`: at most 20, then how many more,
///         and whether the search was given up. Empty if nothing is mounted there any more, or
///         nothing in /proc or /sys shows why
/// \throw SystemError if the process that searches cannot be made (pipe2(2), fork(2), poll(2))
[[nodiscard]] std::vector<std::string> find_mount_holders(int parent, const std::string& path);

} // namespace left4me
