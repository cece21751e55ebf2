#pragma once

#include "generator/overlay/mount_objections.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace left4me {

/// Tells a directory from what is below a file system that has not been mounted: systemd has a
/// mount unit for it, from fstab(5) or the administrator. What depends on such a unit is not kept
/// from running when that fails, and would take the empty mount point for the directory.
class ExpectedMounts {
  public:
    /// The first of `path` and the directories above it that has a mount unit, one not masked, and
    /// is no mount point.
    ///
    /// \param path  absolute and normalised
    /// \throw SystemError
    [[nodiscard]] std::optional<MissingMount> find_missing(const std::string& path);

  private:
    std::set<std::string, std::less<>> m_settled;
};

} // namespace left4me
