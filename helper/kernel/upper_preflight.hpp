#pragma once

#include "kernel/instance_directories.hpp"
#include "kernel/layer_directories.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace left4me {

/// Refuses what only a look into upper and work shows: marks of another overlay implementation
/// (plan/foreign_marks.hpp), which the overlay would not go by, so that deleted files would
/// reappear, and the marker of an overlay with the option volatile. An upper that passed is not
/// looked through again (kernel/scan_mark.hpp).
///
/// \param path  of runtime/NAME, for errors
/// \throw VerbFailure naming the first such file, SystemError
void check_contents(const InstanceDirectories& directories, const std::string& path);

/// check_contents() for whoever changes nothing: an upper that passes is not marked. It takes
/// CAP_SYS_ADMIN to see the mark of one that has passed.
///
/// \param directories   one that is not there is not looked at
/// \param entries_left  how many files to look at, at most; those looked at are taken off
/// \return whether that was all of them
/// \throw VerbFailure, SystemError
[[nodiscard]] bool inspect_contents(const InstanceDirectories& directories, const std::string& path,
                                    std::size_t& entries_left);

/// Refuses an upper or work that is a layer or lies in one, also by a path that does not show it,
/// as through a bind mount: the kernel would take it, and server and layer write into each other.
///
/// \param directories  one that is not there is not looked at
/// \param path         of runtime/NAME, for errors
/// \throw VerbFailure, SystemError
void check_outside_layers(const InstanceDirectories& directories,
                          const std::vector<OpenLayer>& layers, const std::string& path);

} // namespace left4me
