#include "generator/watch/endpoint.hpp"

#include "generator/instance/listen_address.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace left4me::watch {

namespace {

constexpr unsigned bits_of_a_byte = 8;

bool is_loopback(Address address) {
    constexpr Address loopback = 127;
    return address >> 3 * bits_of_a_byte == loopback;
}

} // namespace

std::optional<Address> parse_ipv4(std::string_view text) {
    if (!is_listen_address(text))
        return std::nullopt;
    Address address = 0;
    for (const std::string& part : split(text, '.'))
        address = address << bits_of_a_byte | parse_number<std::uint8_t>(part).value_or(0);
    return address;
}

std::string to_string(const Endpoint& endpoint) {
    const Address address = endpoint.address;
    constexpr Address byte = 0xFF;
    return fmt::format("{}.{}.{}.{}:{}", address >> 3 * bits_of_a_byte,
                       address >> 2 * bits_of_a_byte & byte, address >> bits_of_a_byte & byte,
                       address & byte, endpoint.port);
}

std::optional<Endpoint> endpoint_to_ask(const Endpoint& listening,
                                        const std::vector<Address>& local,
                                        const std::optional<Endpoint>& before) {
    const auto is_local = [&](Address address) {
        return std::find(local.begin(), local.end(), address) != local.end();
    };
    if (listening.address != 0)
        return is_local(listening.address) ? std::optional(listening) : std::nullopt;
    if (before && !is_loopback(before->address) && is_local(before->address))
        return Endpoint{before->address, listening.port};
    const auto outward = std::find_if_not(local.begin(), local.end(), is_loopback);
    if (outward != local.end())
        return Endpoint{*outward, listening.port};
    return local.empty() ? std::nullopt : std::optional(Endpoint{local.front(), listening.port});
}

} // namespace left4me::watch
