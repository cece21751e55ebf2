#include "generator/host/local_time.hpp"

#include <chrono>
#include <ctime>
#include <fmt/format.h>

namespace left4me {

std::string local_time(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm local = {};
    if (::localtime_r(&time, &local) == nullptr)
        return fmt::format("{} s after 1970", seconds);

    constexpr long minute = 60;
    const long offset = std::labs(local.tm_gmtoff) / minute;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", local.tm_year + 1900L,
                       local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                       local.tm_gmtoff < 0 ? '-' : '+', offset / minute, offset % minute);
}

std::uint64_t now_in_microseconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

} // namespace left4me
