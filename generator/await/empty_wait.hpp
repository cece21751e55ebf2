#pragma once

#include "generator/watch/answer_reading.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace left4me::await {

using Time = std::chrono::steady_clock::time_point;

/// How long an answer may be missing. A map change takes a minute, and left4me-watch may ask as
/// seldom as once in a minute.
inline constexpr std::chrono::seconds patience{180};
/// How long the first one may be, of a server or a watch that has just been started.
inline constexpr std::chrono::seconds first_patience{15};

/// Waits until two answers of a server in a row say that nobody plays. One alone may be from the
/// moment between two maps or two groups of players.
class EmptyWait {
  public:
    enum class State {
        waiting,
        /// Nobody plays.
        empty,
        /// Nobody can tell.
        failed
    };

    /// \param name  of the instance
    /// \param now   when the wait begins
    EmptyWait(std::string name, Time now);

    /// Takes what left4me-watch says of the server now, which may be what it said before.
    ///
    /// \param answer  nothing if it says nothing of it
    void see(const std::optional<watch::ServerAnswer>& answer, Time now);

    [[nodiscard]] const std::string& name() const { return m_name; }

    [[nodiscard]] State state() const { return m_state; }

    /// What it waits for, or why it has failed, in a few words without the name.
    [[nodiscard]] const std::string& reason() const { return m_reason; }

  private:
    /// Why the answer is of no use; empty if it is of use.
    [[nodiscard]] std::string objection_to(const std::optional<watch::ServerAnswer>& answer,
                                           Time now) const;

    std::string m_name;
    State m_state = State::waiting;
    std::string m_reason = "no answer yet";
    /// When the last answer was given, by left4me-watch's clock and by ours.
    std::string m_answered;
    Time m_began;
    Time m_heard;
    unsigned m_empty_answers = 0;
};

} // namespace left4me::await
