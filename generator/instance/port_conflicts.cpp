#include "generator/instance/port_conflicts.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <unordered_map>

namespace left4me {

namespace {

/// Who claims one port.
struct Claimants {
    const PortClaim* first = nullptr;
    const PortClaim* second = nullptr;
    std::size_t count = 0;
};

} // namespace

std::vector<PortConflict> find_port_conflicts(const std::vector<PortClaim>& claims) {
    std::unordered_map<std::uint16_t, Claimants> claimants_of;
    for (const PortClaim& claim : claims) {
        Claimants& claimants = claimants_of[claim.port];
        if (claimants.count == 0)
            claimants.first = &claim;
        else if (claimants.count == 1)
            claimants.second = &claim;
        ++claimants.count;
    }

    std::vector<PortConflict> conflicts;
    for (const PortClaim& claim : claims) {
        const Claimants& claimants = claimants_of[claim.port];
        if (claimants.count < 2)
            continue;
        const PortClaim& other = *(claimants.first == &claim ? claimants.second : claimants.first);
        const std::string more =
            claimants.count > 2 ? fmt::format(" and {} more", claimants.count - 2) : "";
        conflicts.push_back(
            {claim.instance,
             {Severity::warning,
              claim.source,
              claim.line,
              {fmt::format("port {} is also that of {}{}", claim.port, other.instance, more),
               "give each server a port of its own"}}});
    }
    return conflicts;
}

} // namespace left4me
