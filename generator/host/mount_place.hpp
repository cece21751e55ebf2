#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace left4me {

/// The mount that a file was found through, and its file system.
struct MountPlace {
    /// statx(2)'s STATX_MNT_ID.
    std::uint64_t mount_id = 0;
    /// As the mount table has it: MAJOR:MINOR.
    std::string device;
};

/// Asks nobody who might not answer, such as the server of a network file system.
///
/// \param flags  AT_* of statx(2)
/// \return nothing when there is no such file
[[nodiscard]] std::optional<MountPlace> place_of(int directory, const char* path, int flags);

} // namespace left4me
