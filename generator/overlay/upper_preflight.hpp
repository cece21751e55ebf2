#pragma once

#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/scan_mark.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// What a look into upper came to that has refused nothing.
struct UpperInspection {
    /// To be set once the overlay is mounted, so that upper is not looked through again. Nothing if
    /// it is set already, there is no upper, somebody wrote to it meanwhile, or it is cut short.
    std::optional<ScanMark> mark = std::nullopt;
    /// Whether there are more files than were to be looked at.
    bool is_cut_short = false;
};

/// Refuses what only a look into upper and work shows, and changes nothing. An upper that passed is
/// not looked through again (scan_mark.hpp); it takes CAP_SYS_ADMIN to see that.
///
/// \param directories   one that is not there is not looked at
/// \param path          of ROOT/runtime/NAME, for errors
/// \param entries_left  how many files to look at, at most; those looked at are taken off
/// \throw Refusal at the first mark of another overlay (foreign_marks.hpp), which ours would not go
///        by, so that deleted files would reappear
/// \throw Refusal if something is mounted in upper, a directory is deeper than `deepest_directory`,
///        or work has the marker of an overlay with the option volatile
/// \throw SystemError if a file cannot be looked at
[[nodiscard]] UpperInspection inspect_contents(const InstanceDirectories& directories,
                                               const std::string& path, std::size_t& entries_left);

/// Refuses an upper with more files than mount looks at, `most_entries`.
///
/// \param path  of ROOT/runtime/NAME
/// \throw Refusal  always
[[noreturn]] void refuse_large_upper(const std::string& path);

/// Checks that neither upper nor work is a layer or lies in one. A path need not show that, as
/// through a bind mount. The kernel would take it, and server and layer write into each other.
///
/// \param directories  one that is not there is not looked at
/// \param layers       opened
/// \param path         of ROOT/runtime/NAME, for errors
/// \throw Refusal if one is or does; SystemError (openat, statx)
void check_outside_layers(const InstanceDirectories& directories,
                          const std::vector<OpenLayer>& layers, const std::string& path);

} // namespace left4me
