#include "generator/l4d2ctl/words/server_complaints.hpp"

#include "generator/instance/listen_address.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/word_split.hpp"
#include "generator/units/unit_names.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <optional>

namespace left4me::ctl {

namespace {

std::string in_words(const PortHolder& holder) {
    if (const auto other = instance_of_service(holder.unit))
        return "l4d2@" + *other;
    if (!holder.program.empty())
        return fmt::format("{} (PID {}{}{})", one_line(holder.program), holder.pid,
                           holder.unit.empty() ? "" : ", ", holder.unit);
    if (!holder.unit.empty())
        return holder.unit;
    return fmt::format("a program of the user {} (as root, ss -lunp names it)", holder.user);
}

} // namespace

Complaint started_between(const std::string& instance) {
    return {"it was started after its instance.env had changed and before systemd had read that, "
            "so it has the new layers, and the old port and arguments",
            fmt::format("systemctl daemon-reload, and then systemctl restart l4d2@{}", instance)};
}

Complaint layers_replaced(const std::string& instance, const std::vector<std::string>& layers) {
    const std::string which = layers.size() == 1
                                  ? fmt::format("the layer {} has", printable(layers.front()))
                                  : fmt::format("{} of its layers, among them {}, have",
                                                layers.size(), printable(layers.front()));
    return {which + " been replaced while it runs, and it still has what was there before",
            fmt::format("systemctl restart l4d2@{}", instance)};
}

Complaint overlay_gone(const std::string& instance) {
    return {
        "somebody has unmounted its overlay while it runs, and nothing finds its files by their "
        "paths any more",
        fmt::format("systemctl restart l4d2@{}, which mounts it again", instance)};
}

Complaint root_changed(const std::string& instance, const std::string& directory,
                       const std::string& root) {
    return {fmt::format("it runs in {}, and Root= of left4me.conf is {} now", printable(directory),
                        printable(root)),
            fmt::format("set Root= back, or systemctl stop l4d2@{0} and move what is in the old "
                        "root, with instances/{0}, to the new one; then systemctl daemon-reload",
                        instance)};
}

Complaint restarted_by_systemd(const std::string& instance, std::uint64_t times,
                               std::uint64_t since) {
    return {
        times == 1
            ? "its server has ended without having been stopped, and systemd has started it again"
            : fmt::format("its server has ended {} times without having been stopped, and "
                          "systemd has started it again",
                          times),
        fmt::format("journalctl -n 50 -u l4d2@{} --until @{} shows how, and its last words",
                    instance, since)};
}

Complaint address_missing(const std::string& address) {
    return {fmt::format("no network interface of this host has the address {} now, so the server "
                        "cannot listen on it",
                        address),
            "correct L4D2_IP, or give an interface that address"};
}

namespace {

constexpr int hexadecimal = 16;

/// \param word  of an address: eight digits, for its bytes from the last to the first
std::optional<std::string> read_ipv4(std::string_view word) {
    constexpr std::size_t digits = 8;
    const auto number = parse_number<std::uint32_t>(word, hexadecimal);
    if (word.size() != digits || !number)
        return std::nullopt;
    constexpr unsigned byte = 0xFF;
    return fmt::format("{}.{}.{}.{}", *number & byte, *number >> 8 & byte, *number >> 16 & byte,
                       *number >> 24);
}

/// \param text  an address of either kind
std::string read_address(std::string_view text) {
    constexpr std::size_t ipv4_digits = 8;
    constexpr std::string_view any_ipv6 = "00000000000000000000000000000000";
    constexpr std::string_view mapped = "0000000000000000FFFF0000";
    if (text == any_ipv6)
        return std::string(any_address);
    if (text.starts_with(mapped))
        text.remove_prefix(mapped.size());
    return text.size() == ipv4_digits ? read_ipv4(text).value_or("") : std::string();
}

} // namespace

std::vector<UdpSocket> parse_udp_sockets(std::string_view table) {
    constexpr std::size_t address_field = 1;
    constexpr std::size_t uid_field = 7;
    std::vector<UdpSocket> sockets;
    while (!table.empty()) {
        const auto fields = split_at_blanks(take_until(table, '\n'));
        if (fields.size() <= uid_field)
            continue;
        const std::string_view address = fields[address_field];
        const std::size_t colon = address.find(':');
        if (colon == std::string_view::npos)
            continue;
        const auto port = parse_number<std::uint16_t>(address.substr(colon + 1), hexadecimal);
        const auto uid = parse_number<std::uint32_t>(fields[uid_field]);
        if (port && uid)
            sockets.push_back({read_address(address.substr(0, colon)), *port, *uid});
    }
    return sockets;
}

Complaint port_taken(const std::string& instance, std::uint16_t port, const PortHolder& holder) {
    if (holder.unit == service_name(instance))
        return {
            fmt::format("UDP port {} is still taken by a process that its last run has left", port),
            fmt::format("systemctl kill --signal=KILL l4d2@{}", instance)};
    return {fmt::format("UDP port {} is taken by {}", port, in_words(holder)),
            "stop that, or give this server another L4D2_PORT"};
}

} // namespace left4me::ctl
