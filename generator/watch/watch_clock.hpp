#pragma once

#include <chrono>
#include <optional>

namespace left4me::watch {

/// A span of time, and a point in time of WatchClock.
using Duration = std::chrono::microseconds;

/// Time as far as this process lived through it. Where it was stopped, frozen, late or suspended
/// with its host, nobody was asked, and no silence of a server can be told: that time does not
/// count.
class WatchClock {
  public:
    /// Whoever wakes up at least once a second was away if it was longer.
    static constexpr Duration longest_step = std::chrono::seconds(3);

    /// \param boot_time  of CLOCK_BOOTTIME (clock_gettime(2)), which goes on while the host is
    ///                   suspended; not less than the last time
    /// \return how long the process was away, if it was
    [[nodiscard]] std::optional<Duration> advance(Duration boot_time) {
        const Duration step = m_last ? boot_time - *m_last : Duration::zero();
        m_last = boot_time;
        if (step > longest_step)
            return step;
        m_now += step;
        return std::nullopt;
    }

    /// The time since the first advance().
    [[nodiscard]] Duration now() const { return m_now; }

  private:
    std::optional<Duration> m_last;
    Duration m_now = Duration::zero();
};

} // namespace left4me::watch
