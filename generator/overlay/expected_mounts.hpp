#pragma once

#include "generator/overlay/mount_objections.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace left4me {

/// Tells a directory from the empty mount point of a file system that has not been mounted. systemd
/// has a mount unit for that, from fstab(5) or the administrator. A server is started even if such
/// a unit fails, and would take the mount point for the directory.
///
/// It looks at this host, and at each directory that passed only once.
class ExpectedMounts {
  public:
    /// Returns the topmost of `path` and the directories above it that has a mount unit and is not
    /// a mount point; nothing if there is none. A masked unit does not count.
    ///
    /// \param path  absolute and normalised
    /// \throw SystemError (stat, statx)
    [[nodiscard]] std::optional<MissingMount> find_missing(const std::string& path);

  private:
    std::set<std::string, std::less<>> m_settled;
};

} // namespace left4me
