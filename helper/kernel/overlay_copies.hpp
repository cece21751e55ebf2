#pragma once

#include <string>
#include <vector>

namespace left4me {

/// Whether a file system that is not mounted in this namespace may still be in another: none has
/// its number when its last mount is gone. The number may have been given to another since.
///
/// \param file_system  MAJOR:MINOR
[[nodiscard]] bool may_be_mounted_elsewhere(const std::string& file_system);

/// Who keeps the overlay of an instance alive in another mount namespace, after it was unmounted in
/// this one: an unmount does not reach a private copy of the mount, and the kernel lets a new
/// overlay and that one write to the same upper layer (facts: "With index=off").
///
/// \param file_system  of the overlay, MAJOR:MINOR
/// \return a process of each such namespace, `PID (COMMAND): mount namespace`
/// \throw SystemError
[[nodiscard]] std::vector<std::string> find_overlay_copies(const std::string& file_system,
                                                           const std::string& instance);

} // namespace left4me
