#pragma once

#include "generator/l4d2ctl/words/server_complaints.hpp"

#include <cstdint>
#include <map>

namespace left4me::ctl {

/// The UDP ports that somebody has, in this network namespace, whatever the address.
class UdpPorts {
  public:
    /// Reads /proc/net/udp and udp6. What cannot be read is taken for empty.
    UdpPorts();

    [[nodiscard]] bool is_taken(std::uint16_t port) const { return m_taken.contains(port); }

    /// \pre it is taken
    /// \return whoever has it: by the user that made the socket, and of that user's processes the
    ///         only one, or those that name the port in their arguments. Which descriptors a
    ///         process has is for nobody to see who has given up what it takes to change processes
    /// \throw SystemError
    [[nodiscard]] PortHolder holder_of(std::uint16_t port) const;

  private:
    /// By port, the user.
    std::map<std::uint16_t, std::uint32_t> m_taken;
};

} // namespace left4me::ctl
