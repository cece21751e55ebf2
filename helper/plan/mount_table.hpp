#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace left4me {

struct MountEntry {
    std::string type;
    std::string source;
};

/// Where an overlay is mounted, in the text of /proc/self/mountinfo (proc(5)).
///
/// \param source  of the overlay: nothing that the table would escape
/// \return the mount point; of several, the first; nothing when there is none
[[nodiscard]] std::optional<std::string> find_overlay(std::string_view mountinfo,
                                                      std::string_view source);

/// Finds a mount in the text of /proc/self/mountinfo (proc(5)).
///
/// \param mount_id  the first field, as statx(2) gives it with STATX_MNT_ID
/// \return nothing when the table has no such mount
[[nodiscard]] std::optional<MountEntry> find_mount(std::string_view mountinfo,
                                                   std::uint64_t mount_id);

/// The instances of which an overlay is mounted somewhere, by its source, in the text of
/// /proc/self/mountinfo. A source is what whoever mounted it says: where it is mounted has to be
/// looked at.
[[nodiscard]] std::set<std::string> find_overlay_instances(std::string_view mountinfo);

} // namespace left4me
