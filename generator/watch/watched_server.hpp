#pragma once

#include "generator/instance/health.hpp"
#include "generator/watch/conversation.hpp"
#include "generator/watch/endpoint.hpp"
#include "generator/watch/watch_clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace left4me::watch {

/// Of CLOCK_REALTIME, for people.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

/// A server that systemd runs.
struct RunningServer {
    /// Its instance's name.
    std::string name;
    /// What systemd calls this life of it (systemd.exec(5), $INVOCATION_ID): 32 hexadecimal digits.
    std::string invocation;
    Endpoint listening;
    Health health = Health::watch;
    /// How often systemd has started it again by itself.
    std::uint64_t restarts = 0;
};

/// An answer, and when it came.
struct Answer {
    ServerInfo info;
    Duration heard{};
    WallTime wall;
};

/// What is known of a server in its present life.
struct WatchedServer {
    RunningServer unit;
    /// Where it was asked last; nothing while it has not been, or cannot be.
    std::optional<Endpoint> endpoint;
    Conversation conversation;
    /// What came last, until it is certain that nobody else answers the same question.
    std::optional<Answer> unsettled;
    /// Whether somebody else did, since the last question.
    bool is_doubtful = false;
    /// Its last answer; nothing before the first.
    std::optional<ServerInfo> info;
    std::optional<WallTime> answered;
    std::uint64_t answers = 0;
    Duration last_answer{};
    /// When the first question was asked that has no answer yet.
    std::optional<Duration> unanswered_since;
    /// As the decision sees it, which what is no fault of the server begins anew.
    Duration silent_since{};
    unsigned unanswered = 0;
    Duration next_question{};
    /// Why it could not be asked; empty if it has answered since.
    std::string obstacle;
    bool is_end_requested = false;
    /// Whether there is something new to be said of it, and of its obstacle.
    bool has_news = true;
    bool has_new_obstacle = false;

    /// How long an answer may take.
    static constexpr Duration patience = std::chrono::seconds(2);
    /// How long after an answer there may be another to the same question. A server with players
    /// answers within a frame, and its slowest frame takes a tenth of a second.
    static constexpr Duration settling = std::chrono::milliseconds(500);

    /// Whether it has answered, and a question since then has had no answer in time.
    [[nodiscard]] bool is_silent(Duration now) const {
        return info && !unsettled && unanswered_since && now - *unanswered_since >= patience;
    }

    /// How long ago it answered last, if it is silent; otherwise 0.
    [[nodiscard]] Duration silence(Duration now) const {
        return is_silent(now) ? now - last_answer : Duration::zero();
    }
};

} // namespace left4me::watch
