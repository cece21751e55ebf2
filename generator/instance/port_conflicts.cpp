#include "generator/instance/port_conflicts.hpp"

#include <fmt/format.h>
#include <unordered_map>

namespace left4me {

std::vector<PortConflict> find_port_conflicts(const std::vector<PortClaim>& claims) {
    std::unordered_map<std::uint16_t, std::vector<const PortClaim*>> claims_of;
    for (const PortClaim& claim : claims)
        claims_of[claim.port].push_back(&claim);

    std::vector<PortConflict> conflicts;
    for (const PortClaim& claim : claims) {
        const std::vector<const PortClaim*>& all = claims_of[claim.port];
        if (all.size() < 2)
            continue;
        const PortClaim& other = *(all.front() == &claim ? all[1] : all.front());
        const std::string more = all.size() > 2 ? fmt::format(" and {} more", all.size() - 2) : "";
        conflicts.push_back(
            {claim.instance, warning_at(claim.source, claim.line,
                                        {fmt::format("port {} is also that of {}{}", claim.port,
                                                     other.instance, more),
                                         "give each server a port of its own"})});
    }
    return conflicts;
}

} // namespace left4me
