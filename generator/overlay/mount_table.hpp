#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A line of /proc/PID/mountinfo (proc(5)).
struct MountRow {
    /// As statx(2) gives it with STATX_MNT_ID.
    std::uint64_t id = 0;
    /// The mount it is on.
    std::uint64_t parent = 0;
    /// Of the file system, MAJOR:MINOR.
    std::string device;
    std::string mount_point;
    std::string type;
    std::string source;
    /// Of this mount, separated by commas.
    std::string options;
    /// Whether the file system is, not just this mount of it.
    bool read_only = false;
};

/// All mounts, in the order of the text of /proc/PID/mountinfo.
[[nodiscard]] std::vector<MountRow> list_mounts(std::string_view mountinfo);

/// \return nothing when the text has no mount of that id
[[nodiscard]] std::optional<MountRow> find_mount(std::string_view mountinfo,
                                                 std::uint64_t mount_id);

/// Where an overlay is mounted.
///
/// \param source  of the overlay
/// \return the mount point; of several, the first; nothing when there is none
[[nodiscard]] std::optional<std::string> find_overlay(std::string_view mountinfo,
                                                      std::string_view source);

/// The instances of which an overlay is mounted somewhere, by its source. A source is what whoever
/// mounted it says: where it is mounted has to be looked at.
[[nodiscard]] std::set<std::string> find_overlay_instances(std::string_view mountinfo);

} // namespace left4me
