#pragma once

#include "generator/overlay/mount_record.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace left4me {

/// What is left of an overlay that somebody has unmounted without this helper: a private copy of
/// the mount in another namespace, or what a process has open in one that was detached.
struct OverlayRemnants {
    enum class State {
        /// Nothing: the file system itself is gone.
        none,
        /// Nobody but root can write to it any more.
        read_only,
        /// It may write to upper, and so would the next overlay (facts: "With index=off").
        writable,
    };

    State state = State::none;
    /// Who has it, where it is writable: `PID (COMMAND): what it has`. Empty when nothing in /proc
    /// shows it.
    std::vector<std::string> holders;
};

/// Whether anything can be left of a recorded overlay that could write to upper. Numbers of file
/// systems are given out again: a yes may be about another one.
///
/// \param record  of an overlay that is not mounted on its merged any more
[[nodiscard]] bool may_be_left(const MountRecord& record);

/// Makes what is left of a recorded overlay read-only, through a process that has it.
///
/// \param record    of an overlay that is not mounted on its merged any more
/// \param patience  how long to wait for what is about to go
/// \throw SystemError
[[nodiscard]] OverlayRemnants quiet_remnants(const MountRecord& record,
                                             std::chrono::milliseconds patience);

} // namespace left4me
