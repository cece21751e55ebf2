#pragma once

#include <chrono>

namespace left4me {

/// How long mount and umount wait for something that keeps an overlay busy for a moment.
inline constexpr std::chrono::seconds busy_timeout(5);

} // namespace left4me
