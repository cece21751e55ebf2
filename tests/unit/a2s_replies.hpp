#pragma once

#include "generator/watch/a2s_packets.hpp"

#include <string>
#include <string_view>

/// What a server of the game sends, byte for byte.
inline std::string challenge_reply(std::string_view bytes) {
    return "\xFF\xFF\xFF\xFF"
           "A" +
           std::string(bytes);
}

inline std::string a_byte(unsigned number) {
    return std::string(1, static_cast<char>(number));
}

/// \param clients  people and bots
inline std::string info_reply(std::string_view map, unsigned clients, unsigned bots,
                              unsigned slots) {
    using namespace std::string_literals;
    return "\xFF\xFF\xFF\xFF"
           "I\x11"
           "a server\0"s +
           std::string(map) +
           "\0left4dead2\0Left 4 Dead 2\0"
           "\x26\x02"s +
           a_byte(clients) + a_byte(slots) + a_byte(bots) +
           "dl\0\x01"
           "2.2.4.3\0\0"s;
}

inline std::string info_reply(const left4me::watch::ServerInfo& info) {
    return info_reply(info.map, info.players + info.bots, info.bots, info.slots);
}

/// A packet of a reply that is split into `total`.
inline std::string split_part(std::string_view id, unsigned total, unsigned number,
                              std::string_view content) {
    return "\xFE\xFF\xFF\xFF" + std::string(id) + a_byte(total) + a_byte(number) + "\xE0\x04" +
           std::string(content);
}
