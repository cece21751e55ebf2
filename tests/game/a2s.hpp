#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a stand-in server says of itself. Tests write it to left4dead2/a2s, a line each: a name, a
/// blank, and a value. It is read again for each request.
struct A2sSettings {
    /// Without bots, which the reply counts among them.
    unsigned players = 0;
    unsigned bots = 0;
    unsigned slots = 8;
    /// Any bytes but NUL, '%XX' for a byte in hexadecimal.
    std::string map = "c1m1_hotel";
    /// It answers nobody, as with sv_cheats 1, or when it hangs.
    bool silent = false;
    /// Whether it answers requests to a loopback address. The real one does not.
    bool loopback = false;
    /// Replies come in two packets, the second one first.
    bool split = false;
    /// How long it is silent before it has another map, from the first request after the change.
    unsigned change_seconds = 0;
    /// How long it is silent after its start.
    unsigned start_seconds = 0;
};

/// Reads settings from text; what it does not know is an error, printed to stderr, and left out.
A2sSettings parse_a2s_settings(std::string_view text);

/// A server's side of A2S_INFO, without its socket.
class A2sServer {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// \param started  when the server was started
    A2sServer(std::uint16_t port, Time started);

    /// Returns the packets to answer a packet with: the challenge first, the information when it
    /// comes back; none where the server is silent, or the packet is no request.
    ///
    /// \param on_loopback  whether the packet came from a loopback address
    std::vector<std::string> answer(std::string_view packet, bool on_loopback,
                                    const A2sSettings& settings, Time now);

  private:
    bool is_silent(bool on_loopback, const A2sSettings& settings, Time now);

    std::uint16_t m_port;
    Time m_started;
    std::string m_map;
    std::optional<Time> m_map_since;
};
