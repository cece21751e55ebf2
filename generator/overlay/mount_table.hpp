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
    /// The device number of the file system, MAJOR:MINOR.
    std::string device;
    std::string mount_point;
    std::string type;
    std::string source;
    /// The options of this mount, separated by commas.
    std::string options;
    /// Whether the file system is, not just this mount of it.
    bool read_only = false;
};

/// Returns all mounts in the text of /proc/PID/mountinfo, in its order. A line that is not like one
/// of proc(5) is left out.
[[nodiscard]] std::vector<MountRow> list_mounts(std::string_view mountinfo);

/// Returns the mount with that id; nothing if the text has none.
[[nodiscard]] std::optional<MountRow> find_mount(std::string_view mountinfo,
                                                 std::uint64_t mount_id);

/// Returns the first mount point of an overlay with that source; nothing if there is none.
[[nodiscard]] std::optional<std::string> find_overlay(std::string_view mountinfo,
                                                      std::string_view source);

/// Returns the names of the instances that have an overlay mounted somewhere, by its source.
/// Whoever mounts an overlay chooses its source, so the caller has to look at where it is mounted.
[[nodiscard]] std::set<std::string> find_overlay_instances(std::string_view mountinfo);

} // namespace left4me
