#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace left4me {

/// `count` ids from `on_disk` upwards show as those from `seen` upwards (user_namespaces(7),
/// "uid_map").
struct IdMapExtent {
    std::uint32_t on_disk;
    std::uint32_t seen;
    std::uint32_t count;

    bool operator==(const IdMapExtent&) const = default;
};

using IdMap = std::vector<IdMapExtent>;

/// The map that swaps `a` and `b` and leaves every other id as it is. It covers all of them,
/// because an unmapped id shows as 65534 and cannot be written, and it is one to one, because the
/// kernel takes no other (facts: "The id map must cover every id").
///
/// \param a, b  neither may be 4294967295, which is no id
[[nodiscard]] IdMap swap_ids(std::uint32_t a, std::uint32_t b);

/// What an id on disk shows as; an unmapped one shows as 65534.
[[nodiscard]] std::uint32_t seen_through(const IdMap& map, std::uint32_t on_disk);

/// The map as /proc/PID/uid_map and gid_map take it.
[[nodiscard]] std::string to_proc_text(const IdMap& map);

} // namespace left4me
