#pragma once

#include <array>

namespace left4me {

/// How an overlay's directories are handed to the kernel.
enum class MountWay {
    /// As descriptors (fsconfig(2), FSCONFIG_SET_FD): nothing but the overlay is ever attached.
    descriptors,
    /// As paths in a mount namespace made for the purpose, for kernels before 6.15.
    staged,
};

inline constexpr std::array mount_ways = {MountWay::descriptors, MountWay::staged};

/// As left4me.conf spells it.
[[nodiscard]] constexpr const char* to_string(MountWay way) {
    return way == MountWay::descriptors ? "descriptors" : "staged";
}

} // namespace left4me
