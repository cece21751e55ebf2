#pragma once

#include <string>

namespace left4me::ctl {

/// Takes from this process, for good, what it would take to change anything: all capabilities but
/// that to read files, and, where the kernel knows Landlock (landlock(7)), the right to write to,
/// make, remove, execute or mount any file. What is open already stays as it is: what is printed
/// can be written.
///
/// \param read_overlay_marks  whether to keep what it takes to read the extended attributes
///                            `trusted.*`, by which overlays and the helper mark what is in an
///                            upper: CAP_SYS_ADMIN (xattr(7)); it is given up all the same where
///                            there is no Landlock to keep it from mounting
/// \throw SystemError
void give_up_changing_anything(bool read_overlay_marks);

/// Whether this process has kept that, or ever had it.
///
/// \throw SystemError
[[nodiscard]] bool may_read_overlay_marks();

/// What to do where it may not.
[[nodiscard]] std::string how_to_read_overlay_marks();

} // namespace left4me::ctl
