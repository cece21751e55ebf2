#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <vector>

namespace left4me {

/// Builds the overlay with mount(2) in a staging area of its own, where every layer has a short
/// name. It is for kernels that take no descriptors (facts: "6.1: EOPNOTSUPP; attach the clone
/// somewhere"). Only clones of the opened directories are in the staging area, so what was checked
/// is mounted. Changes the working directory to the root directory.
///
/// \param directories  all three opened
/// \param clones       of the layers of `plan`, in its order
/// \return a detached mount, nosuid and nodev
/// \throw Refusal (busy) if upper or work is no longer what was opened
/// \throw SystemError if a call fails; its path is `overlay` if the overlay as a whole did
[[nodiscard]] FileDescriptor build_staged(const MountPlan& plan,
                                          const InstanceDirectories& directories,
                                          const std::vector<FileDescriptor>& clones);

} // namespace left4me
