#pragma once

namespace left4me {

/// How an overlay's directories are handed to the kernel; left4me.conf and records name it so.
enum class MountWay {
    /// As descriptors (fsconfig(2), FSCONFIG_SET_FD): nothing but the overlay is ever attached.
    descriptors,
    /// As paths in a mount namespace made for the purpose, for kernels before 6.15.
    staged,
};

} // namespace left4me
