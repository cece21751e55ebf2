#pragma once

#include <string>

namespace left4me::ctl {

/// Takes from this process, for good, the means to change anything. It loses all capabilities
/// except CAP_DAC_READ_SEARCH, and cannot gain privileges (PR_SET_NO_NEW_PRIVS). If the kernel has
/// Landlock (landlock(7)), it may no longer write, make, remove, execute or mount files.
/// Descriptors that are open keep their rights, so that output can be written.
///
/// \param read_overlay_marks  whether to keep CAP_SYS_ADMIN, which reads the attributes `trusted.*`
///                            (xattr(7)), by which overlays and the helper mark uppers. It is given
///                            up all the same without Landlock, which keeps it from mounting
/// \throw SystemError if prctl(2), capset(2) or a call of Landlock fails
void give_up_changing_anything(bool read_overlay_marks);

/// Whether this process can read the attributes `trusted.*`: it has CAP_SYS_ADMIN.
///
/// \throw SystemError if capget(2) fails
[[nodiscard]] bool may_read_overlay_marks();

/// What to do if it cannot, for the end of a message.
[[nodiscard]] std::string how_to_read_overlay_marks();

} // namespace left4me::ctl
