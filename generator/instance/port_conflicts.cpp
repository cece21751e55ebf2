#include "instance/port_conflicts.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <unordered_map>

namespace left4me {

namespace {

/// Those with one port.
struct Claim {
    const Instance* first = nullptr;
    const Instance* second = nullptr;
    std::size_t count = 0;
};

} // namespace

Diagnostics find_port_conflicts(const std::vector<const Instance*>& instances) {
    std::unordered_map<std::uint16_t, Claim> claims;
    for (const Instance* const instance : instances) {
        Claim& claim = claims[instance->port];
        if (claim.count == 0)
            claim.first = instance;
        else if (claim.count == 1)
            claim.second = instance;
        ++claim.count;
    }

    Diagnostics diagnostics;
    for (const Instance* const instance : instances) {
        const Claim& claim = claims[instance->port];
        if (claim.count < 2)
            continue;
        const Instance& other = *(claim.first == instance ? claim.second : claim.first);
        const std::string more =
            claim.count > 2 ? fmt::format(" and {} more", claim.count - 2) : "";
        diagnostics.push_back(
            {Severity::warning, instance->source, instance->port_line,
             fmt::format("port {} is also that of {}{}", instance->port, other.name, more),
             "give each server a port of its own"});
    }
    return diagnostics;
}

} // namespace left4me
