#include "generator/l4d2ctl/observe/local_address.hpp"

#include "generator/host/file_descriptor.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace left4me::ctl {

bool can_listen_on(const std::string& address) {
    // Without a port: the kernel gives the socket one that is free, and nothing is sent.
    sockaddr_in place = {};
    place.sin_family = AF_INET;
    if (::inet_pton(AF_INET, address.c_str(), &place.sin_addr) != 1)
        return true;
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    return !socket ||
           // The API takes a general address.
           // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
           ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 ||
           errno != EADDRNOTAVAIL;
}

} // namespace left4me::ctl
