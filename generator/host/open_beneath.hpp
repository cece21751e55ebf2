#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <string>

namespace left4me {

/// Opens a file with openat2(2) and O_CLOEXEC, ten times at most while it fails with EAGAIN. A
/// rename elsewhere in the tree can cause that. So can, with O_NONBLOCK, a lease on the file
/// (fcntl(2), F_SETLEASE), which is not waited for.
///
/// \param directory  opened; where `path` begins
/// \param flags      as for open(2)
/// \param resolve    RESOLVE_* of openat2(2)
/// \return an empty descriptor on failure, with errno set
[[nodiscard]] FileDescriptor open_with(int directory, const std::string& path, int flags,
                                       std::uint64_t resolve);

/// Opens a file as open_with() does, beneath `directory` and past no symlink or magic link, so that
/// nothing an unprivileged user can put there leads elsewhere. Mounts are entered.
///
/// \return an empty descriptor on failure, with errno set: ELOOP at a symlink, EXDEV at a `..` or
///         slash that would lead out
[[nodiscard]] FileDescriptor open_beneath(int directory, const std::string& path, int flags);

} // namespace left4me
