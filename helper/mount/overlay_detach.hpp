#pragma once

#include <string>

namespace left4me {

/// Makes the file system that is mounted on a directory read-only, as a whole: in every mount
/// namespace, through every descriptor and for good, as far as nobody is root (facts: "A read-only
/// superblock makes a left-over overlay harmless"). The kernel writes out the file system of upper
/// first.
///
/// \param mount  the root of the mount, opened; O_PATH will do
/// \param path   of it, for errors
/// \return false while a file of it is open for writing, or open and deleted
/// \throw SystemError
[[nodiscard]] bool make_read_only(int mount, const std::string& path);

/// Unmounts what is on the entry `name` of the directory `parent`, with all that is mounted in it.
/// Whoever is still in it keeps what is left, which no path leads to any more: make it read-only
/// first. Does nothing when somebody else has unmounted it meanwhile.
///
/// \param path  of the entry, for errors
/// \throw SystemError
void detach_child(int parent, const std::string& name, const std::string& path);

} // namespace left4me
