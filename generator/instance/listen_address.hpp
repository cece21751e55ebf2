#pragma once

#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string_view>

namespace left4me {

/// All IPv4 addresses of the host (INADDR_ANY of ip(7)).
inline constexpr std::string_view any_address = "0.0.0.0";

struct AddressProblem {
    Severity severity;
    Complaint complaint;
};

/// Returns what is wrong with `text` as an address for a server to listen on; nothing for
/// `any_address`, and for an address that a host may have.
///
/// An error: it is not an IPv4 address as inet_pton(3) takes it, or one that no host has. A
/// warning: it is a loopback address (127.0.0.0/8).
[[nodiscard]] std::optional<AddressProblem> problem_of_listen_address(std::string_view text);

/// Whether a server can be told to listen on `text`, with a warning or without.
[[nodiscard]] bool is_listen_address(std::string_view text);

/// Returns whether two servers on one port would be in each other's way.
///
/// \param one, other  IPv4 addresses as a listen address is written
[[nodiscard]] constexpr bool addresses_meet(std::string_view one, std::string_view other) {
    return one == other || one == any_address || other == any_address;
}

} // namespace left4me
