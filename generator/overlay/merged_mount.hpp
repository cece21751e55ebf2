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

    [[nodiscard]] bool is_ours() const { return state == State::ours; }

    State state = State::nothing;
    /// For people: file system type and source.
    std::string description;
    /// statx(2)'s STATX_MNT_ID; 0 when nothing is mounted.
    std::uint64_t mount_id = 0;
    /// MAJOR:MINOR.
    std::string file_system = {};
    /// Whether nobody can write to it.
    bool read_only = false;
};

/// Looks at the topmost mount on `merged` in the directory `parent`.
///
/// \param path         of `parent`, for errors
/// \param mount_table  from read_mount_table(), for many instances: a mount made after that counts
///                     as foreign; without one, it is read when it is needed
/// \throw SystemError
[[nodiscard]] MergedMount inspect_merged(int parent, const std::string& instance,
                                         const std::string& path,
                                         std::optional<std::string_view> mount_table = {});

/// /proc/self/mountinfo.
///
/// \throw SystemError
[[nodiscard]] std::string read_mount_table();

} // namespace left4me
