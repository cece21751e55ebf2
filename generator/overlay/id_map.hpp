#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace left4me {

/// `count` ids from `on_disk` upwards show as those from `seen` upwards (user_namespaces(7),
/// "uid_map"; mount_setattr(2), MOUNT_ATTR_IDMAP).
struct IdMapExtent {
    std::uint32_t on_disk;
    std::uint32_t seen;
    std::uint32_t count;

    bool operator==(const IdMapExtent&) const = default;
};

using IdMap = std::vector<IdMapExtent>;

/// Returns the map that swaps `a` and `b` and leaves every other id as it is. It covers all of
/// them, because an unmapped id shows as 65534 and cannot be written. It is one to one, because the
/// kernel takes no other (facts: "The id map must cover every id").
///
/// \param a, b  may be the same; neither may be 4294967295, which is not an id
[[nodiscard]] IdMap swap_ids(std::uint32_t a, std::uint32_t b);

/// Returns what an id on disk shows as; 65534 for an unmapped one, whatever
/// /proc/sys/kernel/overflowuid says.
[[nodiscard]] std::uint32_t seen_through(const IdMap& map, std::uint32_t on_disk);

/// Returns the map as /proc/PID/uid_map and gid_map take it, a line for each extent.
[[nodiscard]] std::string to_proc_text(const IdMap& map);

} // namespace left4me
