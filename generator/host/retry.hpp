#pragma once

#include <chrono>
#include <thread>

namespace left4me {

/// Calls `attempt` until it returns true, every 10 ms and at least once.
///
/// \return false if it did not within `limit`
/// \throw what `attempt` throws
template <typename Attempt>
[[nodiscard]] bool retry_for(std::chrono::milliseconds limit, Attempt attempt) {
    constexpr std::chrono::milliseconds interval(10);
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!attempt()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(interval);
    }
    return true;
}

} // namespace left4me
