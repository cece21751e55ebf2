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
        /// Anything else, or a mount that the mount table does not show.
        foreign,
    };

    /// Whether it is an overlay of this instance.
    [[nodiscard]] bool is_ours() const { return state == State::ours; }

    State state = State::nothing;
    /// For people: file system type and source; empty if nothing is mounted.
    std::string description;
    /// statx(2)'s STATX_MNT_ID; 0 if nothing is mounted.
    std::uint64_t mount_id = 0;
    /// MAJOR:MINOR; empty if nothing is mounted or the mount table does not show it.
    std::string file_system = {};
    /// Whether the file system itself is read-only, so that nobody can write to it.
    bool read_only = false;
};

/// Returns what the topmost mount on `merged` is; nothing is mounted if `merged` does not exist.
///
/// \param parent       the opened directory that `merged` is in
/// \param instance     whose overlay is ours
/// \param path         of `parent`, for errors
/// \param mount_table  from read_mount_table(), for many instances: a mount made after that counts
///                     as foreign; if there is none, it is read if it is needed
/// \throw SystemError (statx; those of read_mount_table())
[[nodiscard]] MergedMount inspect_merged(int parent, const std::string& instance,
                                         const std::string& path,
                                         std::optional<std::string_view> mount_table = {});

/// Returns the text of /proc/self/mountinfo (proc(5)).
///
/// \throw SystemError (open, read)
[[nodiscard]] std::string read_mount_table();

} // namespace left4me
