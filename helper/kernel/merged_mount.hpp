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
/// \throw SystemError
[[nodiscard]] std::optional<std::string> find_overlay_of(const std::string& instance);

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

/// Unmounts what is on the entry `name` of the directory `parent`. Never lazily: a detached overlay
/// that is still in use and a new one would share one upper layer. While it is busy, tries again
/// every 10 ms, for at most 5 s. Does nothing when somebody else has unmounted it meanwhile.
///
/// \param path  of the entry, for errors
/// \return false when it is still busy
/// \throw SystemError
[[nodiscard]] bool unmount_child(int parent, const std::string& name, const std::string& path);

} // namespace left4me
