#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace left4me {

/// An instance that says it takes a port of an address.
struct PortClaim {
    std::string instance;
    /// Its instance.env, and the line of L4D2_PORT in it.
    std::string source;
    unsigned line;
    std::uint16_t port;
    /// An IPv4 address, or any_address.
    std::string address;
};

/// A port that another instance claims, too.
struct PortConflict {
    /// The one whose claim `diagnostic` is about.
    std::string instance;
    Diagnostic diagnostic;
};

/// Returns a warning for every claim to a port that another instance claims, too, on an address
/// that meets its own: the same one, or any_address on either side. Only one of them can run. The
/// other's start fails, since servers are told to take their own port or none (-strictportbind).
///
/// \param claims  one for each instance
/// \return in the order of `claims`
[[nodiscard]] std::vector<PortConflict> find_port_conflicts(const std::vector<PortClaim>& claims);

} // namespace left4me
