#pragma once

#include <string>
#include <vector>

namespace left4me {

/// Who keeps the overlay of an instance alive in another mount namespace, after it was unmounted in
/// this one: an unmount does not reach a private copy of the mount, and the kernel lets a new
/// overlay and that one write to the same upper layer (facts: "With index=off").
///
/// \param file_system  of the overlay, MAJOR:MINOR. The number may have been given to another since
/// \return a process of each such namespace, `PID (COMMAND): mount namespace`
/// \throw SystemError
[[nodiscard]] std::vector<std::string> find_overlay_copies(const std::string& file_system,
                                                           const std::string& instance);

} // namespace left4me
