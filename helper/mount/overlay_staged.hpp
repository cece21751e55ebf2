#pragma once

#include "generator/host/file_descriptor.hpp"
#include "helper/mount/overlay_parts.hpp"

namespace left4me {

/// Builds the overlay with mount(2) in a staging area of its own, where every layer has a short
/// name: for kernels that take no descriptors (facts: "6.1: EOPNOTSUPP; attach the clone
/// somewhere"). What is checked is what is mounted, since only clones of the opened directories are
/// in the staging area.
///
/// \return a detached mount, nosuid and nodev
/// \throw Refusal when upper or work is no longer what was opened, SystemError
[[nodiscard]] FileDescriptor build_staged(const OverlayParts& parts);

} // namespace left4me
