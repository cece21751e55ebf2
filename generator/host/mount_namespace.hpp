#pragma once

namespace left4me {

/// Whether this process is in the mount namespace of PID 1: only there a mount is the host's, and
/// only from there an unmount is not kept busy by the namespace it runs in.
///
/// \throw SystemError
[[nodiscard]] bool in_mount_namespace_of_pid_1();

} // namespace left4me
