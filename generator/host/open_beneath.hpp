#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <string>

namespace left4me {

/// openat2(2) with O_CLOEXEC, tried a few times more at EAGAIN: a rename elsewhere in the tree can
/// cause it, and so can, with O_NONBLOCK, a lease on the file (fcntl(2), F_SETLEASE), which is not
/// waited for.
///
/// \param directory  where a relative `path` begins
/// \param flags      as for open(2)
/// \param resolve    RESOLVE_* of openat2(2)
/// \return an empty descriptor on failure, with errno set
[[nodiscard]] FileDescriptor open_with(int directory, const std::string& path, int flags,
                                       std::uint64_t resolve);

/// open_with() that stays beneath `directory` and follows no symlink and no magic link, so that
/// nothing an unprivileged user can put there leads elsewhere.
///
/// \return an empty descriptor on failure, with errno set: ELOOP at a symlink
[[nodiscard]] FileDescriptor open_beneath(int directory, const std::string& path, int flags);

} // namespace left4me
