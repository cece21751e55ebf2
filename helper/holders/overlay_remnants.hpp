#pragma once

#include "generator/overlay/mount_record.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace left4me {

/// What is left of an overlay that somebody has unmounted without this helper. It may be a private
/// copy of the mount in another namespace, or what a process has open in a detached one.
struct OverlayRemnants {
    enum class State {
        /// The file system itself is gone, or its number belongs to another one.
        none,
        /// Nobody but root can write to it any more.
        read_only,
        /// It may write to upper, and so would the next overlay (facts: "With index=off").
        writable,
    };

    State state = State::none;
    /// Those who have it if it is writable: `PID (COMMAND): what it has`. Empty if nothing in /proc
    /// shows it.
    std::vector<std::string> holders;
};

/// Whether anything can be left of a recorded overlay that could write to upper (ustat(2)). The
/// kernel reuses the numbers of file systems, so that true may be about another one. Throws nothing
/// and does not wait.
///
/// \param record  of an overlay that is not mounted on its merged any more
[[nodiscard]] bool may_be_left(const MountRecord& record);

/// Makes what is left of a recorded overlay read-only, through a process that has it. One search
/// ends after two seconds.
///
/// \param record    of an overlay that is not mounted on its merged any more
/// \param patience  how long to search again while it is writable; at least one search is made
/// \throw SystemError if the process that searches cannot be made (pipe2(2), fork(2), poll(2))
[[nodiscard]] OverlayRemnants quiet_remnants(const MountRecord& record,
                                             std::chrono::milliseconds patience);

} // namespace left4me
