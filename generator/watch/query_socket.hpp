#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/watch/endpoint.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace left4me::watch {

/// The one UDP socket by which all servers are asked.
class QuerySocket {
  public:
    /// Opens it at a port that the kernel chooses. It hears nobody before hear_only().
    ///
    /// \throw SystemError
    QuerySocket();

    /// Stays owned.
    [[nodiscard]] int fd() const { return m_fd.get(); }

    /// \return 0, or the errno with which it could not be sent
    [[nodiscard]] int send(const Endpoint& to, std::string_view bytes) const;

    /// Calls `take` for the packets that are there, 32 at most, and returns without waiting.
    ///
    /// \throw SystemError, and what `take` throws
    void
    receive(const std::function<void(const Endpoint& from, std::string_view packet)>& take) const;

    /// Has the kernel drop whatever comes from elsewhere (reply_filter()).
    ///
    /// \param endpoints  in order and each once
    /// \throw SystemError
    void hear_only(std::vector<Endpoint> endpoints);

  private:
    FileDescriptor m_fd;
    unsigned m_loopback;
    std::vector<Endpoint> m_heard;
};

} // namespace left4me::watch
