#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me {

/// Where a path goes from one user's directory into another's.
struct OwnerChange {
    /// Relative to where the walk began; "." for that directory itself.
    std::string outer;
    /// The one in it that belongs to somebody else, relative to where the walk began.
    std::string inner;
    std::uint32_t outer_owner;
    std::uint32_t inner_owner;
};

/// What a walk came to: one of its three members is set.
struct DirectoryWalk {
    /// The directory, opened with O_PATH; empty if the walk was given up.
    FileDescriptor fd;
    /// The errno if openat2(2) failed, which is ELOOP at a symlink; otherwise 0.
    int error = 0;
    /// Set if the walk was given up for this.
    std::optional<OwnerChange> owner_change;
};

/// Opens the directory `path` beneath `directory`, one component at a time, past no symlink. It
/// gives up at a directory of an unprivileged user that holds one of somebody else, since its owner
/// decides which one that is. tmpfiles.d(5) has the same rule for paths of several users.
///
/// \param directory  opened; stays the caller's
/// \param path       relative and normalised; "" or "." is `directory` itself
/// \throw SystemError (fstat, `path`) if an opened directory cannot be looked at
[[nodiscard]] DirectoryWalk walk_beneath(int directory, const std::string& path);

} // namespace left4me
