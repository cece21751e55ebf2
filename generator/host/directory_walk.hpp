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
    std::string inner;
    std::uint32_t outer_owner;
    std::uint32_t inner_owner;
};

struct DirectoryWalk {
    /// Opened with O_PATH; empty when the walk was given up.
    FileDescriptor fd;
    /// Why openat2(2) failed, an errno; ELOOP at a symlink.
    int error = 0;
    /// Set when the walk was given up for this.
    std::optional<OwnerChange> owner_change;
};

/// Opens the directory `path` beneath `directory`, one component at a time, past no symlink. It is
/// given up where a directory of an unprivileged user holds one of somebody else: its owner decides
/// which one that is. The rule is that of systemd's tmpfiles.d(5) for paths that belong to several
/// users.
///
/// \param path  relative and normalised; "" or "." is `directory` itself
/// \throw SystemError when a directory cannot be looked at
[[nodiscard]] DirectoryWalk walk_beneath(int directory, const std::string& path);

} // namespace left4me
