#pragma once

#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_record.hpp"
#include "helper/mount/state_directory.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace left4me {

/// For how long whatever keeps an overlay busy for a moment is waited for.
inline constexpr std::chrono::seconds busy_patience(5);

/// Refuses to go on while the instance's server runs, whatever it has open: an overlay that is made
/// read-only under it would let it write nothing more. One of the unit's own commands waits for
/// what is left of a server that has ended, for busy_patience at most.
///
/// \throw Refusal, SystemError
void require_server_down(const std::string& instance);

/// Takes down the overlay on merged, so that no process can write to upper through it any more: it
/// is made read-only, unmounted, and detached from whoever still has it. Leaves the record, which
/// says so.
///
/// \param parent  runtime/NAME, opened
/// \param path    of it
/// \param merged  what was found on its merged: ours
/// \param record  of the overlay, if there is one
/// \throw Refusal while the server runs, or when somebody has a file open for writing all of
/// busy_patience:
///        it is then mounted as before; SystemError
void take_down(const StateDirectory& state, int parent, const std::string& path,
               const std::string& instance, const MergedMount& merged,
               const std::optional<MountRecord>& record);

/// Why an overlay that somebody has unmounted without us keeps another one from being mounted;
/// nothing when it does not, since it is gone or nobody can write to it any more.
///
/// \param record    of that overlay
/// \param patience  how long to wait for what is about to go
/// \throw Refusal while the server runs, SystemError
[[nodiscard]] std::optional<Complaint> obstacle_left_by(const MountRecord& record,
                                                        std::chrono::milliseconds patience);

} // namespace left4me
