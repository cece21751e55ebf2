#include "generator/instance/listen_address.hpp"

#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace left4me {

namespace {

constexpr std::size_t parts = 4;
constexpr std::string_view write_one =
    "write an IPv4 address of this host, such as 192.0.2.10, or 0.0.0.0 for all of them";

using Address = std::array<std::uint8_t, parts>;

std::optional<Address> parse_address(std::string_view text) {
    const std::vector<std::string> numbers = split(text, '.');
    if (numbers.size() != parts)
        return std::nullopt;
    Address address{};
    for (std::size_t i = 0; i < parts; ++i) {
        const auto number = parse_number<std::uint8_t>(numbers[i]);
        if (!number)
            return std::nullopt;
        address[i] = *number;
    }
    // Some programs take a number with zeros in front for an octal one.
    return fmt::format("{}", fmt::join(address, ".")) == text ? std::optional(address)
                                                              : std::nullopt;
}

bool is_ipv6(std::string_view text) {
    return std::ranges::count(text, ':') > 1;
}

std::string why_not_an_address(std::string_view text) {
    return fmt::format("{} is not an IPv4 address{}", printable(text),
                       is_ipv6(text) ? ", and the game knows no others" : "");
}

/// What no host has (IANA's registries of special-purpose and of multicast addresses), in words;
/// "" for everything else.
std::string_view kind_that_no_host_has(const Address& address) {
    constexpr std::uint8_t multicast = 224;
    constexpr std::uint8_t reserved = 240;
    constexpr std::uint8_t all_ones = 255;
    if (address[0] == 0)
        return "begins with 0, and so is not the address of a host";
    if (address == Address{all_ones, all_ones, all_ones, all_ones})
        return "is the broadcast address";
    if (address[0] >= reserved)
        return "is a reserved address";
    return address[0] >= multicast ? "is a multicast address" : "";
}

} // namespace

std::optional<AddressProblem> problem_of_listen_address(std::string_view text) {
    if (text == any_address)
        return std::nullopt;
    const auto address = parse_address(text);
    if (!address)
        return AddressProblem{Severity::error, {why_not_an_address(text), std::string(write_one)}};
    if (const std::string_view kind = kind_that_no_host_has(*address); !kind.empty())
        return AddressProblem{Severity::error,
                              {fmt::format("{} {}", text, kind), std::string(write_one)}};
    constexpr std::uint8_t loopback = 127;
    if (address->front() == loopback)
        return AddressProblem{
            Severity::warning,
            {fmt::format("{} can be reached from this host only", text),
             "for players, write another address of this host, or 0.0.0.0 for all of them"}};
    return std::nullopt;
}

bool is_listen_address(std::string_view text) {
    const auto problem = problem_of_listen_address(text);
    return !problem || problem->severity == Severity::warning;
}

} // namespace left4me
