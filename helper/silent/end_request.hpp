#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// The most bytes of a request that are read: both lines of a valid one fit.
inline constexpr std::size_t largest_end_request = 256;

/// What left4me-watch asks for in silent/NAME: to end a server that has gone silent.
struct EndRequest {
    /// Which run of the server's unit is meant: 32 lower-case hexadecimal digits, as systemd has
    /// INVOCATION_ID= (systemd.exec(5)).
    std::string invocation;
    /// How long it has not answered.
    std::uint64_t silent_seconds = 0;

    bool operator==(const EndRequest&) const = default;
};

/// Reads the text of a request, which may be anything.
///
/// \return nothing if it is not INVOCATION_ID= and SILENT_SEC=, a line each and in this order
[[nodiscard]] std::optional<EndRequest> parse_end_request(std::string_view text);

} // namespace left4me
