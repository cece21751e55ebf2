#pragma once

#include <cstdint>
#include <string>

namespace left4me {

/// Returns a point in time in the host's time zone (/etc/localtime, localtime(3)), as ISO 8601 with
/// the offset to UTC: 2026-01-31T13:00:00+01:00.
///
/// \param seconds  since the epoch; a year that does not fit gives `… s after 1970` instead
[[nodiscard]] std::string local_time(std::int64_t seconds);

/// Returns what the host's clock says, in microseconds since the epoch.
[[nodiscard]] std::uint64_t now_in_microseconds();

} // namespace left4me
