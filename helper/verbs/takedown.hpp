#pragma once

#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_record.hpp"
#include "helper/mount/state_directory.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace left4me {

/// Refuses to go on while the instance's server runs, whatever it has open. If its overlay became
/// read-only, it could write nothing more. One of the unit's own commands waits for what is left of
/// a server that has ended, for busy_timeout at most.
///
/// \throw Refusal (busy) if it runs; SystemError as find_server_processes()
void require_server_down(const std::string& instance);

/// Takes down the overlay on merged, so that no process can write to upper through it any more. It
/// is made read-only, unmounted, and detached from those who still have it. The record stays, and
/// says that the overlay is read-only if /run has room. Changes the working directory to `parent`.
///
/// \param parent  runtime/NAME, opened; O_PATH will do
/// \param path    of it
/// \param merged  what was found on its merged: ours
/// \param record  of the overlay, if there is one
/// \throw Refusal (busy) while the server runs, if another mount is there by now, or if somebody
///        has a file open for writing all of busy_timeout; the overlay is then mounted as before
/// \throw Refusal (policy) if merged is not a directory any more
/// \throw SystemError if a call fails
void take_down(const StateDirectory& state, int parent, const std::string& path,
               const std::string& instance, const MergedMount& merged,
               const std::optional<MountRecord>& record);

/// Finds out whether an overlay that somebody has unmounted without the helper keeps another one
/// from being mounted. Makes what is left of it read-only if it can.
///
/// \param record    of that overlay
/// \param patience  how long to wait for what is about to go
/// \return nullopt if it is gone, or nobody can write to it any more
/// \throw Refusal (busy) while the server runs
/// \throw SystemError as find_server_processes() and quiet_remnants()
[[nodiscard]] std::optional<Complaint> obstacle_left_by(const MountRecord& record,
                                                        std::chrono::milliseconds patience);

} // namespace left4me
