#pragma once

#include <string>

namespace left4me {

/// Looks through an upper layer for what another overlay implementation left in it. fuse-overlayfs
/// keeps deletions and owners in `user.fuseoverlayfs.*` attributes, which the kernel's overlayfs
/// does not read: mounted all the same, deleted files would reappear and owners be wrong.
///
/// \param upper  the opened directory
/// \param path   its path, for errors
/// \throw VerbFailure naming the first such file, SystemError
void check_upper(int upper, const std::string& path);

} // namespace left4me
