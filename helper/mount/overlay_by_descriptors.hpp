#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <vector>

namespace left4me {

/// Whether this kernel takes an overlay's directories as descriptors opened with O_PATH
/// (fsconfig(2), FSCONFIG_SET_FD). It is asked with one, since distributions' kernels carry more
/// than their version says.
///
/// \param directory  any, opened with O_PATH
/// \throw SystemError if fsopen(2) fails, as without overlayfs, or fsconfig(2) for another reason
[[nodiscard]] bool takes_descriptors(int directory);

/// Builds the overlay with fsopen(2) and descriptors only. Nothing is attached anywhere, and
/// everything vanishes with the descriptors.
///
/// \param directories  all three opened
/// \param clones       of the layers of `plan`, in its order
/// \return a detached mount, nosuid and nodev
/// \throw Refusal (busy) if upper or work is no longer what was opened
/// \throw SystemError if a call fails; its path is `overlay` if the overlay as a whole did
[[nodiscard]] FileDescriptor build_by_descriptors(const MountPlan& plan,
                                                  const InstanceDirectories& directories,
                                                  const std::vector<FileDescriptor>& clones);

} // namespace left4me
