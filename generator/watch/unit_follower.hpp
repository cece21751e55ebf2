#pragma once

#include "generator/watch/event_loop.hpp"
#include "generator/watch/watched_server.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <systemd/sd-bus.h>
#include <vector>

namespace left4me::watch {

/// Asks systemd over D-Bus which servers run, and never waits for it. It asks once in a while and
/// subscribes to nothing: for a subscriber, systemd sends signals of all units of the host.
class UnitFollower {
  public:
    /// Gets the servers that are active, without those that are being started or stopped, and
    /// without their health.
    using Listed = std::function<void(const std::vector<RunningServer>&)>;

    /// Connects to the system bus. If the connection ends later, so does the loop.
    ///
    /// \param loop    has to outlive it
    /// \param listed  called from the loop
    /// \throw SystemError
    UnitFollower(EventLoop& loop, Listed listed);

    UnitFollower(const UnitFollower&) = delete;
    UnitFollower(UnitFollower&&) = delete;
    UnitFollower& operator=(const UnitFollower&) = delete;
    UnitFollower& operator=(UnitFollower&&) = delete;
    ~UnitFollower() = default;

    /// Begins to ask, unless the last time is not over yet. If systemd does not list its units,
    /// which it may be too busy for, nothing is called, and asking again is all there is to do.
    ///
    /// \throw SystemError if the connection has failed
    void list();

  private:
    using Take = void (*)(UnitFollower& follower, sd_bus_message* answer, RunningServer& server);

    /// A property of a server's unit, and what is done with it.
    struct Question {
        UnitFollower* follower;
        std::string server;
        const char* interface;
        const char* property;
        Take take;
    };

    struct CloseBus {
        void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    };

    /// Of a server in this round.
    struct Found {
        std::string path;
        RunningServer server;
    };

    static int on_list(sd_bus_message* message, void* data, sd_bus_error* error);
    static int on_answer(sd_bus_message* message, void* data, sd_bus_error* error);

    void take_list(sd_bus_message* message);
    void take_answer(sd_bus_message* message, const Question& question);
    static void take_invocation(UnitFollower& follower, sd_bus_message* message,
                                RunningServer& server);
    static void take_command(UnitFollower& follower, sd_bus_message* message,
                             RunningServer& server);
    static void take_restarts(UnitFollower& follower, sd_bus_message* message,
                              RunningServer& server);
    void send_questions();
    void finish_if_done();

    EventLoop& m_loop;
    Listed m_listed;
    std::unique_ptr<sd_bus, CloseBus> m_bus;
    bool m_is_listing = false;
    /// In the order in which they are sent; those that are answered stay until the round is over.
    std::deque<Question> m_questions;
    std::size_t m_sent = 0;
    std::size_t m_answered = 0;
    std::map<std::string, Found> m_found;
    /// As the last round had them: what does not change within a life is not asked again.
    std::map<std::string, RunningServer> m_known;
};

} // namespace left4me::watch
