#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

/// The servers' own protocol, as far as a question about how they are takes it (Valve's "Server
/// queries", A2S_INFO). Whoever answers is a stranger.
namespace left4me::watch {

/// No packet is longer, in bytes.
inline constexpr std::size_t largest_packet = 1400;
/// What a packet begins with that is a reply by itself, and one that is a part of a reply.
inline constexpr std::string_view whole_header = "\xff\xff\xff\xff";
inline constexpr std::string_view split_header = "\xfe\xff\xff\xff";

/// What a server says of itself.
struct ServerInfo {
    /// Any bytes except NUL, at most 128.
    std::string map;
    /// Without bots.
    unsigned players = 0;
    unsigned bots = 0;
    unsigned slots = 0;

    bool operator==(const ServerInfo&) const = default;
};

/// What a server wants to get back before it answers, as proof that the sender's address is real.
struct Challenge {
    /// Four of them.
    std::string bytes;

    bool operator==(const Challenge&) const = default;
};

/// std::monostate is anything that is not an answer to our question.
using Reply = std::variant<std::monostate, Challenge, ServerInfo>;

/// Returns the packet that asks a server how it is.
///
/// \param challenge  the bytes of its Challenge; empty if it has given none yet
[[nodiscard]] std::string info_request(std::string_view challenge);

/// Reads a whole reply; never fails, whatever it is.
///
/// \param reply  as it came, or joined by SplitReply
[[nodiscard]] Reply parse_reply(std::string_view reply);

} // namespace left4me::watch
