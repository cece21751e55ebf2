#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

// What `list` and `check` say in the same words.

/// Of a server that was started when its instance.env had changed and systemd had not read it: the
/// helper reads the file at each start, and systemd at a reload.
[[nodiscard]] Complaint started_between(const std::string& instance);

/// Of a running server, one of whose layers has been replaced.
///
/// \param layers  the paths of those that were; not empty
[[nodiscard]] Complaint layers_replaced(const std::string& instance,
                                        const std::vector<std::string>& layers);

/// Of a running server whose overlay somebody has unmounted.
[[nodiscard]] Complaint overlay_gone(const std::string& instance);

/// Of a running server that is mounted below another state root than left4me.conf names now.
///
/// \param directory  ROOT/runtime/NAME, by its record
/// \param root       what left4me.conf says
[[nodiscard]] Complaint root_changed(const std::string& instance, const std::string& directory,
                                     const std::string& root);

/// Of a running server that systemd has started again by itself.
///
/// \param times  how often, since it was started by hand or at boot
/// \param since  when it was up again, in seconds since the epoch
[[nodiscard]] Complaint restarted_by_systemd(const std::string& instance, std::uint64_t times,
                                             std::uint64_t since);

/// Of an address to listen on that the host does not have.
[[nodiscard]] Complaint address_missing(const std::string& address);

/// A UDP socket, as the kernel lists it (proc(5), "/proc/net/udp").
struct UdpSocket {
    /// The IPv4 address as a listen address is written; 0.0.0.0 also for [::], and empty for an
    /// IPv6 address that no IPv4 packet is sent to.
    std::string address;
    std::uint16_t port = 0;
    /// Who made it.
    std::uint32_t uid = 0;

    bool operator==(const UdpSocket&) const = default;
};

/// \param table  the text of /proc/net/udp or udp6; lines that are not as expected are passed over
[[nodiscard]] std::vector<UdpSocket> parse_udp_sockets(std::string_view table);

/// Who has a port, as far as that can be told.
struct PortHolder {
    /// The name of the user, or "uid N".
    std::string user;
    /// "" when it may be one of several.
    std::string program;
    std::uint64_t pid = 0;
    /// "valheim.service"; "" when it is not known.
    std::string unit;
};

/// \param instance  that is to have the port
[[nodiscard]] Complaint port_taken(const std::string& instance, std::uint16_t port,
                                   const PortHolder& holder);

} // namespace left4me::ctl
