#pragma once

namespace left4me {

/// Sheds what a caller hands down, and has to run before anything is opened:
/// - the environment, the umask, and the limits of files, memory and time, which are raised;
/// - open files except the standard three, which are opened on /dev/null if the caller closed
///   them: a mount's descriptor could become stderr;
/// - SIGPIPE and SIGXFSZ, which are ignored, and SIGCHLD, which is as by default;
/// - every capability that neither the helper uses nor the overlay, which acts with its mounter's
///   credentials (kernel: Documentation/filesystems/overlayfs.rst, "Permission model").
///
/// \throw SystemError if /dev/null cannot be opened, or capset(2) fails
void shed_inheritance();

} // namespace left4me
