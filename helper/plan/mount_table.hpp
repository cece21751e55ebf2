#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

struct MountEntry {
    std::string type;
    std::string source;
};

/// Finds a mount in the text of /proc/self/mountinfo (proc(5)).
///
/// \param mount_id  the first field, as statx(2) gives it with STATX_MNT_ID
/// \return nothing when the table has no such mount
[[nodiscard]] std::optional<MountEntry> find_mount(std::string_view mountinfo,
                                                   std::uint64_t mount_id);

/// Where a mount is.
struct MountRow {
    std::uint64_t id = 0;
    /// The mount it is on.
    std::uint64_t parent = 0;
    /// Of the file system, MAJOR:MINOR.
    std::string device;
    std::string mount_point;
};

/// All of them, in the order of the text of /proc/PID/mountinfo.
[[nodiscard]] std::vector<MountRow> list_mounts(std::string_view mountinfo);

} // namespace left4me
