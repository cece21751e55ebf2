#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <vector>

namespace left4me {

/// Whether this kernel takes an overlay's directories as descriptors opened with O_PATH. It is
/// asked, by handing it one, since distributions' kernels carry more than their version says.
///
/// \param directory  any, opened with O_PATH
/// \throw SystemError when it cannot be asked
[[nodiscard]] bool takes_descriptors(int directory);

/// Builds the overlay with fsopen(2) and descriptors only. Nothing is attached anywhere, and
/// everything vanishes with the descriptors.
///
/// \param clones  of the layers of `plan`, in its order
/// \return a detached mount, nosuid and nodev
/// \throw SystemError
[[nodiscard]] FileDescriptor build_by_descriptors(const MountPlan& plan,
                                                  const InstanceDirectories& directories,
                                                  const std::vector<FileDescriptor>& clones);

} // namespace left4me
