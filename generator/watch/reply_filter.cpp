#include "generator/watch/reply_filter.hpp"

#include "generator/watch/a2s_packets.hpp"

#include <cstddef>
#include <limits>

namespace left4me::watch {

namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t udp_header = 8;
/// In the headers, as the program sees the packet: it begins with UDP's.
constexpr std::uint32_t source_port = 0;
constexpr std::uint32_t source_address = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;
constexpr std::uint32_t device = static_cast<std::uint32_t>(SKF_AD_OFF) + SKF_AD_IFINDEX;
/// The first four bytes of a reply and of a part of one (a2s_packets.hpp), as the kernel loads
/// them.
constexpr std::uint32_t whole_reply = 0xFFFFFFFF;
constexpr std::uint32_t split_part = 0xFEFFFFFF;

sock_filter statement(unsigned code, std::uint32_t operand) {
    return {static_cast<std::uint16_t>(code), 0, 0, operand};
}

/// \param if_true, if_false  how many instructions to leave out
sock_filter jump(unsigned code, std::uint32_t operand, std::uint8_t if_true,
                 std::uint8_t if_false) {
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_K | code), if_true, if_false, operand};
}

const sock_filter drop = statement(BPF_RET | BPF_K, 0);
const sock_filter pass = statement(BPF_RET | BPF_K, std::numeric_limits<std::uint32_t>::max());

void require_shape(Program& program, unsigned loopback) {
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, device));
    program.push_back(jump(BPF_JEQ, loopback, 1, 0));
    program.push_back(drop);
    program.push_back(statement(BPF_LD | BPF_W | BPF_LEN, 0));
    program.push_back(jump(BPF_JGT, udp_header + largest_packet, 0, 1));
    program.push_back(drop);
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, udp_header));
    program.push_back(jump(BPF_JEQ, whole_reply, 2, 0));
    program.push_back(jump(BPF_JEQ, split_part, 1, 0));
    program.push_back(drop);
}

/// Passes what comes from `endpoints`, which share one address, and drops the rest of what comes
/// from there.
void pass_ports(Program& program, std::span<const Endpoint> endpoints) {
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, source_address));
    program.push_back(jump(BPF_JEQ, endpoints.front().address, 1, 0));
    // A conditional jump does not reach far enough: past the load, two for each port, and the drop.
    program.push_back(
        statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(2 * endpoints.size() + 2)));
    program.push_back(statement(BPF_LD | BPF_H | BPF_ABS, source_port));
    for (const Endpoint& endpoint : endpoints) {
        program.push_back(jump(BPF_JEQ, endpoint.port, 0, 1));
        program.push_back(pass);
    }
    program.push_back(drop);
}

} // namespace

std::vector<sock_filter> shape_filter(unsigned loopback) {
    Program program;
    require_shape(program, loopback);
    program.push_back(pass);
    return program;
}

std::vector<sock_filter> reply_filter(std::span<const Endpoint> endpoints, unsigned loopback) {
    Program program;
    require_shape(program, loopback);
    while (!endpoints.empty()) {
        std::size_t count = 1;
        while (count < endpoints.size() && endpoints[count].address == endpoints.front().address)
            ++count;
        pass_ports(program, endpoints.first(count));
        endpoints = endpoints.subspan(count);
    }
    program.push_back(drop);
    return program.size() <= BPF_MAXINSNS ? program : shape_filter(loopback);
}

} // namespace left4me::watch
