#pragma once

#include "generator/watch/event_loop.hpp"
#include "generator/watch/query_socket.hpp"
#include "generator/watch/roster.hpp"
#include "generator/watch/unit_follower.hpp"
#include "generator/watch/watch_clock.hpp"
#include "generator/watch/watch_directory.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace left4me::watch {

/// The whole watch: carries between the roster, which decides, and the socket, the files and
/// systemd. It points to itself and cannot be moved.
class Watcher {
  public:
    /// Begins as soon as `loop` runs, which has to outlive it.
    ///
    /// \throw SystemError
    Watcher(EventLoop& loop, const WatchSettings& settings);

    Watcher(const Watcher&) = delete;
    Watcher(Watcher&&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    Watcher& operator=(Watcher&&) = delete;
    ~Watcher();

  private:
    static int on_time(sd_event_source* source, std::uint64_t due, void* data);
    static int on_packets(sd_event_source* source, int fd, std::uint32_t events, void* data);

    /// The time of now, after a look at whether this process was away.
    Duration look_at_clock();
    void tick();
    void receive();
    void take_list(std::vector<RunningServer> running);
    void find_health(std::vector<RunningServer>& running);
    void ask(Duration now);
    void send(const std::vector<OutgoingPacket>& packets, Duration now);
    void judge(Duration now);
    void write_news(Duration now);
    void write_overview(Duration now);

    EventLoop& m_loop;
    WatchSettings m_settings;
    /// Between two ticks.
    Duration m_step;
    WatchClock m_clock;
    Roster m_roster;
    /// Of each server, what the generator wrote last.
    std::map<std::string, Health> m_health;
    WatchDirectory m_directory;
    QuerySocket m_socket;
    UnitFollower m_units;
    sd_event_source* m_timer = nullptr;
    Duration m_next_round{};
    std::string m_status;
    /// Whether systemd has said which servers run.
    bool m_has_list = false;
    /// Whether the journal has it already why servers are spared.
    bool m_has_told_of_spared = false;
};

} // namespace left4me::watch
