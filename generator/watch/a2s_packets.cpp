#include "generator/watch/a2s_packets.hpp"

#include "generator/watch/byte_reader.hpp"

namespace left4me::watch {

namespace {

constexpr std::size_t challenge_size = 4;
constexpr std::size_t longest_map = 128;

Reply read_challenge(ByteReader reader) {
    const std::string_view bytes = reader.take(challenge_size);
    if (reader.failed() || !reader.rest().empty())
        return {};
    return Challenge{std::string(bytes)};
}

Reply read_info(ByteReader reader) {
    constexpr std::size_t application = 2;
    constexpr std::size_t type_system_password_and_vac = 4;
    reader.take(1); // the protocol's version
    reader.take_text();
    const std::string_view map = reader.take_text();
    reader.take_text(); // the game's directory
    reader.take_text(); // the game
    reader.take(application);
    const unsigned clients = reader.take_number();
    const unsigned slots = reader.take_number();
    const unsigned bots = reader.take_number();
    reader.take(type_system_password_and_vac);
    reader.take_text(); // the game's version
    if (reader.failed())
        return {};
    // Clients are people and bots. One that says otherwise is believed to have people on it: that
    // keeps it from being restarted, and the other way round would not.
    const unsigned players = bots <= clients ? clients - bots : clients;
    return ServerInfo{std::string(map.substr(0, longest_map)), players, bots, slots};
}

} // namespace

std::string info_request(std::string_view challenge) {
    using namespace std::string_literals;
    return "\xff\xff\xff\xff"
           "TSource Engine Query\0"s +
           std::string(challenge);
}

Reply parse_reply(std::string_view reply) {
    ByteReader reader(reply);
    if (reader.take(whole_header.size()) != whole_header)
        return {};
    const std::string_view kind = reader.take(1);
    if (kind == "A")
        return read_challenge(reader);
    return kind == "I" ? read_info(reader) : Reply();
}

} // namespace left4me::watch
