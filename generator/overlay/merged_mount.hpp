#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// What is mounted on an instance's merged directory.
struct MergedMount {
    enum class State {
        nothing,
        /// An overlay of this instance.
        ours,
        foreign,
    };

    State state;
    /// For people: file system type and source.
    std::string description;
    /// statx(2)'s STATX_MNT_ID; 0 when nothing is mounted.
    std::uint64_t mount_id;
    /// MAJOR:MINOR.
    std::string file_system = {};
    /// Whether nobody can write to it.
    bool read_only = false;
};

/// Looks at the topmost mount on `merged` in the directory `parent`.
///
/// \param path  of `parent`, for errors
/// \throw SystemError
[[nodiscard]] MergedMount inspect_merged(int parent, const std::string& instance,
                                         const std::string& path);

/// Where in this mount namespace an overlay of the instance is mounted, if anywhere: bound to
/// another place, or carried along with its directory.
///
/// \param mount_table  from read_mount_table()
[[nodiscard]] std::optional<std::string> find_overlay_of(const std::string& instance,
                                                         std::string_view mount_table);

/// inspect_merged() for many instances.
///
/// \param mount_table  from read_mount_table(); a mount made after that counts as foreign
/// \throw SystemError
[[nodiscard]] MergedMount inspect_merged(int parent, const std::string& instance,
                                         const std::string& path, std::string_view mount_table);

/// /proc/self/mountinfo.
///
/// \throw SystemError
[[nodiscard]] std::string read_mount_table();

} // namespace left4me
