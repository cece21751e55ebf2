#pragma once

#include "kernel/merged_mount.hpp"

#include <string>

namespace left4me {

/// Ends the verb because what is on merged is not the instance's.
///
/// \param path  of runtime/NAME
[[noreturn]] void refuse_foreign(const MergedMount& merged, const std::string& path);

/// Unmounts the instance's overlay, or names who keeps it busy or alive.
///
/// \param parent  runtime/NAME, opened
/// \param path    of it, for errors
/// \throw VerbFailure when it stays busy, SystemError
void unmount_or_fail(int parent, const std::string& path, const std::string& instance,
                     const MergedMount& merged);

/// Refuses to go on while the overlay of an instance, which is not mounted here any more, is still
/// mounted in another mount namespace. It may be about to go: waits for at most 5 s.
///
/// \param file_system  of the overlay, MAJOR:MINOR
/// \param path         of runtime/NAME, for errors
/// \throw VerbFailure, SystemError
void require_gone(const std::string& file_system, const std::string& instance,
                  const std::string& path);

} // namespace left4me
