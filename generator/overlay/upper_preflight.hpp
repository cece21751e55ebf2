#pragma once

#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_directories.hpp"
#include "generator/overlay/scan_mark.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// What a look into upper came to that has refused nothing.
struct UpperInspection {
    /// To be set once it is mounted, so that it is not looked through again; nothing where it is
    /// set already, or where somebody wrote to upper meanwhile.
    std::optional<ScanMark> mark = std::nullopt;
    /// Whether there are more files than were to be looked at.
    bool is_cut_short = false;
};

/// Refuses what only a look into upper and work shows: marks of another overlay implementation
/// (foreign_marks.hpp), which the overlay would not go by, so that deleted files would
/// reappear, and the marker of an overlay with the option volatile. An upper that passed is not
/// looked through again (scan_mark.hpp); it takes CAP_SYS_ADMIN to see that. Changes
/// nothing.
///
/// \param directories   one that is not there is not looked at
/// \param path          of runtime/NAME, for errors
/// \param entries_left  how many files to look at, at most; those looked at are taken off
/// \throw Refusal naming the first such file, SystemError
[[nodiscard]] UpperInspection inspect_contents(const InstanceDirectories& directories,
                                               const std::string& path, std::size_t& entries_left);

/// Refuses an upper with more files than mount looks at.
///
/// \param path  of runtime/NAME
/// \throw Refusal
[[noreturn]] void refuse_large_upper(const std::string& path);

/// Refuses an upper or work that is a layer or lies in one, also by a path that does not show it,
/// as through a bind mount: the kernel would take it, and server and layer write into each other.
///
/// \param directories  one that is not there is not looked at
/// \param path         of runtime/NAME, for errors
/// \throw Refusal, SystemError
void check_outside_layers(const InstanceDirectories& directories,
                          const std::vector<OpenLayer>& layers, const std::string& path);

} // namespace left4me
