#include "generator/watch/query_socket.hpp"

#include "generator/host/system_error.hpp"
#include "generator/watch/a2s_packets.hpp"
#include "generator/watch/reply_filter.hpp"

#include <array>
#include <cerrno>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

namespace left4me::watch {

namespace {

constexpr std::size_t most_at_once = 32;

sockaddr_in to_socket_address(const Endpoint& endpoint) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address);
    return address;
}

/// \return whether the kernel had memory for it (sysctl net.core.optmem_max)
bool attach(int fd, std::vector<sock_filter> program) {
    const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
    return checked(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter),
                   "setsockopt", "SO_ATTACH_FILTER", {ENOMEM, ENOBUFS}) == 0;
}

/// Of many packets, each in a place of its own.
struct Batch {
    std::array<std::array<char, largest_packet>, most_at_once> bytes;
    std::array<sockaddr_in, most_at_once> senders;
    std::array<iovec, most_at_once> places;
    std::array<mmsghdr, most_at_once> messages;

    Batch() : bytes(), senders(), places(), messages() {
        for (std::size_t i = 0; i < most_at_once; ++i) {
            places[i] = {bytes[i].data(), bytes[i].size()};
            messages[i].msg_hdr.msg_name = &senders[i];
            messages[i].msg_hdr.msg_namelen = sizeof senders[i];
            messages[i].msg_hdr.msg_iov = &places[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }
};

} // namespace

QuerySocket::QuerySocket()
    : m_fd(checked(FileDescriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
                   "socket", "AF_INET")),
      m_loopback(::if_nametoindex("lo")) {
    if (!attach(m_fd.get(), reply_filter({}, m_loopback)))
        throw SystemError("setsockopt", "SO_ATTACH_FILTER", ENOMEM);
    const sockaddr_in any = to_socket_address({});
    checked(::bind(m_fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind", "");
}

int QuerySocket::send(const Endpoint& to, std::string_view bytes) const {
    const sockaddr_in address = to_socket_address(to);
    const ssize_t sent = ::sendto(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return sent < 0 ? errno : 0;
}

void QuerySocket::receive(
    const std::function<void(const Endpoint& from, std::string_view packet)>& take) const {
    Batch batch;
    const int count =
        checked(::recvmmsg(m_fd.get(), batch.messages.data(), most_at_once, MSG_DONTWAIT, nullptr),
                "recvmmsg", "", {EAGAIN, EINTR});
    for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
        const sockaddr_in& sender = batch.senders[i];
        if ((batch.messages[i].msg_hdr.msg_flags & MSG_TRUNC) == 0)
            take({ntohl(sender.sin_addr.s_addr), ntohs(sender.sin_port)},
                 {batch.bytes[i].data(), batch.messages[i].msg_len});
    }
}

void QuerySocket::hear_only(std::vector<Endpoint> endpoints) {
    if (endpoints == m_heard)
        return;
    if (!attach(m_fd.get(), reply_filter(endpoints, m_loopback))) {
        // There are too many for it: strangers are told from servers after the queue. What is
        // attached would count beside what comes.
        const int ignored = 0;
        checked(::setsockopt(m_fd.get(), SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof ignored),
                "setsockopt", "SO_DETACH_FILTER");
        if (!attach(m_fd.get(), shape_filter(m_loopback)))
            throw SystemError("setsockopt", "SO_ATTACH_FILTER", ENOMEM);
    }
    m_heard = std::move(endpoints);
}

} // namespace left4me::watch
