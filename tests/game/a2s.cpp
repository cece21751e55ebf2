#include "a2s.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace {

using namespace std::string_literals;

std::string little_endian(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * i) & 0xFFU);
    return text;
}

std::string decode_percents(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const bool is_code =
            text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], &text[i + 3], byte, 16).ptr == &text[i + 3];
        decoded += is_code ? static_cast<char>(byte) : text[i];
        i += is_code ? 2 : 0;
    }
    return decoded;
}

/// \return whether there is such a setting
bool set(A2sSettings& settings, std::string_view name, std::string_view value) {
    const auto number = [value](unsigned& member) {
        std::from_chars(value.data(), value.data() + value.size(), member);
        return true;
    };
    const auto boolean = [value](bool& member) {
        member = value == "yes";
        return true;
    };
    if (name == "map") {
        settings.map = decode_percents(value);
        return true;
    }
    return (name == "players" && number(settings.players)) ||
           (name == "bots" && number(settings.bots)) ||
           (name == "slots" && number(settings.slots)) ||
           (name == "change_seconds" && number(settings.change_seconds)) ||
           (name == "start_seconds" && number(settings.start_seconds)) ||
           (name == "silent" && boolean(settings.silent)) ||
           (name == "loopback" && boolean(settings.loopback)) ||
           (name == "split" && boolean(settings.split));
}

/// As the Source engine splits a reply (Valve's wiki, "Server queries"): number of the reply, of
/// packets and of this one, and the largest size of a packet.
std::vector<std::string> split(const std::string& reply) {
    const std::size_t half = reply.size() / 2;
    const std::string head = "\xFE\xFF\xFF\xFF"s + little_endian(550, 4) + "\x02"s;
    const std::string size = little_endian(1248, 2);
    return {head + "\x01"s + size + reply.substr(half),
            head + "\x00"s + size + reply.substr(0, half)};
}

} // namespace

A2sSettings parse_a2s_settings(std::string_view text) {
    A2sSettings settings;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::string_view name = line.substr(0, line.find(' '));
        if (!name.empty() &&
            !set(settings, name, line.substr(std::min(name.size() + 1, line.size()))))
            std::cerr << "no such setting in left4dead2/a2s: " << name << std::endl;
    }
    return settings;
}

A2sServer::A2sServer(std::uint16_t port, Time started) : m_port(port), m_started(started) {}

bool A2sServer::is_silent(bool on_loopback, const A2sSettings& settings, Time now) {
    using std::chrono::seconds;
    if (m_map != settings.map) {
        if (!m_map.empty())
            m_map_since = now + seconds(settings.change_seconds);
        m_map = settings.map;
    }
    return settings.silent || (on_loopback && !settings.loopback) ||
           now < m_started + seconds(settings.start_seconds) || (m_map_since && now < *m_map_since);
}

std::vector<std::string> A2sServer::answer(std::string_view packet, bool on_loopback,
                                           const A2sSettings& settings, Time now) {
    if (is_silent(on_loopback, settings, now))
        return {};
    const std::string request = "\xFF\xFF\xFF\xFF\x54"s + "Source Engine Query\0"s;
    const std::string challenge = little_endian(0x4C344432U ^ m_port, 4);
    if (packet == request)
        return {"\xFF\xFF\xFF\xFF\x41"s + challenge};
    if (packet != request + challenge)
        return {};
    // Bots are counted among the players.
    const std::string reply =
        "\xFF\xFF\xFF\xFF\x49\x11"s + "stand-in on " + std::to_string(m_port) + "\0"s +
        settings.map + "\0"s + "left4dead2\0"s + "Left 4 Dead 2\0"s + little_endian(550, 2) +
        little_endian(settings.players + settings.bots, 1) + little_endian(settings.slots, 1) +
        little_endian(settings.bots, 1) + "dl\x00\x01"s + "2.2.4.3\0"s + "\0"s;
    return settings.split ? split(reply) : std::vector{reply};
}
