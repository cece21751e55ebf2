#include "generator/watch/local_addresses.hpp"

#include "generator/host/system_error.hpp"

#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>

namespace left4me::watch {

std::vector<Address> local_addresses() {
    ifaddrs* first = nullptr;
    checked(::getifaddrs(&first), "getifaddrs", "");
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);

    std::vector<Address> addresses;
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next)
        if (entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
            (entry->ifa_flags & IFF_UP) != 0) {
            const auto* const address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
            addresses.push_back(ntohl(address->sin_addr.s_addr));
        }
    return addresses;
}

} // namespace left4me::watch
