#pragma once

#include <string>

namespace left4me::ctl {

/// Whether a server could listen on an address now: it is one of this host's, in this network
/// namespace, or sysctl net.ipv4.ip_nonlocal_bind allows others.
///
/// \param address  a listen address
/// \return true if it cannot be told
[[nodiscard]] bool can_listen_on(const std::string& address);

} // namespace left4me::ctl
