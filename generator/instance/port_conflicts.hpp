#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace left4me {

/// An instance's word that it takes a port.
struct PortClaim {
    std::string instance;
    /// Its instance.env, and the line of L4D2_PORT in it.
    std::string source;
    unsigned line;
    std::uint16_t port;
};

/// A port that another instance claims, too.
struct PortConflict {
    std::string instance;
    Diagnostic diagnostic;
};

/// A warning for every claim to a port that another instance claims too: only one of them can run,
/// and the other's start fails, since servers are told to take their own port or none
/// (-strictportbind).
///
/// \return in the order of `claims`
[[nodiscard]] std::vector<PortConflict> find_port_conflicts(const std::vector<PortClaim>& claims);

} // namespace left4me
