#pragma once

#include "generator/watch/endpoint.hpp"

#include <vector>

namespace left4me::watch {

/// Returns the IPv4 addresses of the network devices that are up, in the kernel's order.
///
/// \throw SystemError (getifaddrs)
[[nodiscard]] std::vector<Address> local_addresses();

} // namespace left4me::watch
