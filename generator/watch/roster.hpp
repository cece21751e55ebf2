#pragma once

#include "generator/watch/silence.hpp"
#include "generator/watch/watched_server.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::watch {

/// What left4me.conf says of the watch.
struct WatchSettings {
    /// Between two questions to a server.
    Duration interval;
    /// How long a server is silent before it is ended.
    Duration silence_limit;
};

/// A packet to send.
struct OutgoingPacket {
    std::string server;
    Endpoint to;
    std::string bytes;
};

/// All servers that are watched, and everything that is decided about them. It sends nothing, asks
/// no clock and writes nothing.
class Roster {
  public:
    explicit Roster(const WatchSettings& settings);

    /// Takes over which servers run now. One with another invocation than before is a new one of
    /// which nothing is known yet; those with Health::off are left out.
    ///
    /// \return the names of those that are watched no more
    std::vector<std::string> follow(const std::vector<RunningServer>& running, Duration now);

    /// Settles the answers that have come and returns the questions whose turn it is, which it
    /// takes for sent. They are spread: not many more than are due within `step` are asked at a
    /// time.
    ///
    /// \param local  the addresses of this host
    /// \param step   until this is called the next time
    [[nodiscard]] std::vector<OutgoingPacket> ask(const std::vector<Address>& local, Duration now,
                                                  Duration step);

    /// Says that a question could not be sent, which is no fault of the server.
    ///
    /// \param problem  why, for people
    void could_not_send(const std::string& server, std::string problem, Duration now);

    /// Takes a packet, for whichever servers are asked at that address and port. An answer counts
    /// once it is settled: when a server and somebody else on this host, who has the same port at
    /// another address and writes the server's into his packets, both answer one question, neither
    /// is believed.
    ///
    /// \return what to send back
    [[nodiscard]] std::vector<OutgoingPacket> hear(const Endpoint& from, std::string_view packet,
                                                   Duration now, WallTime wall);

    /// Says that this process was away: what was asked before may have been answered unheard.
    void was_away();

    /// Whether judge() may have something to decide.
    [[nodiscard]] bool has_candidates(Duration now) const;

    /// Decides which servers to end, and takes them for ended: each is named once.
    [[nodiscard]] Judgement judge(Duration now);

    /// Returns where packets may come from, in order and each once: every address and port where a
    /// server is asked, except those that have sent too many packets since their last question.
    [[nodiscard]] std::vector<Endpoint> heard_endpoints() const;

    /// By name.
    [[nodiscard]] const std::map<std::string, WatchedServer>& servers() const { return m_servers; }

    /// Calls `say` for every server with news, which it then no longer has.
    void take_news(const std::function<void(const WatchedServer&)>& say);

  private:
    /// Registers where `server` is asked from now on.
    void move_to(WatchedServer& server, const std::optional<Endpoint>& endpoint);
    [[nodiscard]] std::size_t most_questions(Duration step) const;

    WatchSettings m_settings;
    std::map<std::string, WatchedServer> m_servers;
    /// Who is asked where; an instance.env may name another's address and port.
    std::multimap<Endpoint, WatchedServer*> m_by_endpoint;
};

} // namespace left4me::watch
