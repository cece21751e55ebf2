#pragma once

#include "generator/l4d2ctl/words/server_complaints.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// The UDP ports that somebody has, in this network namespace.
class UdpPorts {
  public:
    /// Reads /proc/net/udp and udp6. What cannot be read is taken for empty.
    UdpPorts();

    [[nodiscard]] bool is_taken(std::string_view address, std::uint16_t port) const {
        return find(address, port) != nullptr;
    }

    /// \pre it is taken
    /// \return whoever has it: by the user that made the socket, and of that user's processes the
    ///         only one, or those that name the port in their arguments. Which descriptors a
    ///         process has is for nobody to see who has given up what it takes to change processes
    /// \throw SystemError
    [[nodiscard]] PortHolder holder_of(std::string_view address, std::uint16_t port) const;

  private:
    [[nodiscard]] const UdpSocket* find(std::string_view address, std::uint16_t port) const;

    std::vector<UdpSocket> m_sockets;
};

} // namespace left4me::ctl
