#pragma once

#include "kernel/merged_mount.hpp"

#include <string>

namespace left4me {

/// Ends the verb because what is on merged is not the instance's.
///
/// \param path  of runtime/NAME
[[noreturn]] void refuse_foreign(const MergedMount& merged, const std::string& path);

/// Unmounts merged, or names who keeps it busy.
///
/// \param parent  runtime/NAME, opened
/// \param path    of it, for errors
/// \throw VerbFailure when it stays busy, SystemError
void unmount_or_fail(int parent, const std::string& path);

} // namespace left4me
