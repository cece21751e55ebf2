#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::watch {

/// An IPv4 address as a number, its first byte the highest; 0 is any address (INADDR_ANY of ip(7)).
using Address = std::uint32_t;

/// Where a server listens, or is asked.
struct Endpoint {
    Address address = 0;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;

    bool operator<(const Endpoint& other) const {
        return address != other.address ? address < other.address : port < other.port;
    }
};

/// Returns the address that `text` is as is_listen_address() takes it; nothing if it is not one.
[[nodiscard]] std::optional<Address> parse_ipv4(std::string_view text);

/// Returns `192.0.2.10:27015`.
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// Returns where to ask a server that listens on `listening`. One that listens on any address is
/// asked at `before` if that is still an address of this host, otherwise at the first that is not a
/// loopback address, since the game does not answer there (facts about A2S), and there only where
/// nothing else is.
///
/// \param local   the addresses of this host
/// \param before  where it was asked last; nothing if it was not yet
/// \return nothing if it listens on an address that this host does not have
[[nodiscard]] std::optional<Endpoint> endpoint_to_ask(const Endpoint& listening,
                                                      const std::vector<Address>& local,
                                                      const std::optional<Endpoint>& before);

} // namespace left4me::watch
