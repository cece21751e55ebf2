#pragma once

namespace left4me {

/// Lets go of what a caller hands down: the environment, the umask, open files but for the standard
/// three (which are opened on /dev/null where the caller closed them, or a mount's descriptor could
/// become stderr), resource limits, signals that would end it, and every capability that neither
/// the helper uses nor the overlay, which acts with the credentials of whoever mounted it (kernel:
/// Documentation/filesystems/overlayfs.rst, "Permission model").
///
/// \throw SystemError
void shed_inheritance();

} // namespace left4me
