#pragma once

#include <string>

namespace left4me {

/// Makes the file system that is mounted on a directory read-only as a whole, until root undoes it.
/// That holds in every mount namespace and through every descriptor (facts: "A read-only superblock
/// makes a left-over overlay harmless"). The kernel writes out the file system of upper first.
///
/// \param mount  the root of the mount, opened; O_PATH will do
/// \param path   of it, for errors
/// \return false while a file of it is open for writing, or open and deleted
/// \throw SystemError if fspick(2) or fsconfig(2) fails for another reason
[[nodiscard]] bool make_read_only(int mount, const std::string& path);

/// Unmounts what is on the entry `name` of the directory `parent`, with all that is mounted in it
/// (umount2(2), MNT_DETACH). Processes that are still in it keep what is left, which no path leads
/// to any more: make it read-only first. Changes the working directory to `parent`.
///
/// \param path  of the entry, for errors
/// \throw SystemError if fchdir(2) or umount2(2) fails, unless somebody else has unmounted it
void detach_child(int parent, const std::string& name, const std::string& path);

} // namespace left4me
