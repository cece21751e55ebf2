#include "generator/instance/port_conflicts.hpp"

#include "generator/instance/listen_address.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <unordered_map>

namespace left4me {

namespace {

using Claims = std::vector<const PortClaim*>;

/// What gets in the way of a claim: the first of it, and how much there is.
struct Others {
    const PortClaim* first = nullptr;
    std::size_t count = 0;
};

/// The claims to one port, in their order.
class ClaimsOfPort {
  public:
    void add(const PortClaim& claim) {
        m_all.push_back(&claim);
        m_by_address[claim.address].push_back(&claim);
    }

    /// Without a look at each pair, which would take a second for eight thousand servers.
    [[nodiscard]] Others others_than(const PortClaim& claim) {
        Others others;
        const auto count = [&](const Claims& claims) {
            for (const PortClaim* const other :
                 std::span(claims).first(std::min(claims.size(), std::size_t{2})))
                if (other != &claim && (others.first == nullptr || other < others.first))
                    others.first = other;
            others.count += claims.size();
        };
        if (claim.address == any_address) {
            count(m_all);
        } else {
            count(m_by_address[claim.address]);
            count(m_by_address[any_address]);
        }
        // Itself.
        --others.count;
        return others;
    }

  private:
    Claims m_all;
    std::unordered_map<std::string_view, Claims> m_by_address;
};

/// Says an address where it is not the one that goes without saying.
std::string describe_conflict(const PortClaim& claim, const Others& others) {
    const PortClaim& other = *others.first;
    return fmt::format("port {}{} is also that of {}{}{}", claim.port,
                       claim.address == any_address ? "" : fmt::format(" of {}", claim.address),
                       other.instance,
                       claim.address == other.address ? "" : fmt::format(" ({})", other.address),
                       others.count == 1 ? "" : fmt::format(" and {} more", others.count - 1));
}

} // namespace

std::vector<PortConflict> find_port_conflicts(const std::vector<PortClaim>& claims) {
    std::unordered_map<std::uint16_t, ClaimsOfPort> ports;
    for (const PortClaim& claim : claims)
        ports[claim.port].add(claim);

    std::vector<PortConflict> conflicts;
    for (const PortClaim& claim : claims) {
        const Others others = ports[claim.port].others_than(claim);
        if (others.count == 0)
            continue;
        conflicts.push_back({claim.instance, warning_at(claim.source, claim.line,
                                                        {describe_conflict(claim, others),
                                                         "give each server a port of its own"})});
    }
    return conflicts;
}

} // namespace left4me
