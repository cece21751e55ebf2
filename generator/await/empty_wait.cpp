#include "generator/await/empty_wait.hpp"

#include <fmt/format.h>
#include <utility>

namespace left4me::await {

namespace {

constexpr unsigned answers_needed = 2;

std::string players_text(const std::optional<unsigned>& players) {
    if (!players)
        return "it does not say who plays";
    return *players == 0 ? "nobody plays, asking once more"
                         : fmt::format("{} player{}", *players, *players == 1 ? "" : "s");
}

} // namespace

EmptyWait::EmptyWait(std::string name, Time now)
    : m_name(std::move(name)), m_began(now), m_heard(now) {}

std::string EmptyWait::objection_to(const std::optional<watch::ServerAnswer>& answer,
                                    Time now) const {
    if (!answer)
        return "nobody asks it who plays: it is down, L4D2_HEALTH=off, or left4me-watch does not "
               "run";
    if (answer->health == Health::off)
        return "nobody asks it who plays: L4D2_HEALTH=off";
    if (answer->answered.empty())
        return now - m_began < first_patience ? "" : "it has not answered since it was started";
    if (answer->silent_seconds >= static_cast<std::uint64_t>(patience.count()))
        return fmt::format("it has not answered for {} s", answer->silent_seconds);
    if (answer->answered == m_answered && now - m_heard >= patience)
        return fmt::format("left4me-watch has had no answer for {} s", patience.count());
    return {};
}

void EmptyWait::see(const std::optional<watch::ServerAnswer>& answer, Time now) {
    if (m_state != State::waiting)
        return;
    if (std::string objection = objection_to(answer, now); !objection.empty()) {
        m_state = State::failed;
        m_reason = std::move(objection);
        return;
    }
    if (answer->answered == m_answered || answer->answered.empty())
        return;
    m_answered = answer->answered;
    m_heard = now;
    m_empty_answers = answer->players == 0U ? m_empty_answers + 1 : 0;
    m_reason = players_text(answer->players);
    if (m_empty_answers == answers_needed)
        m_state = State::empty;
}

} // namespace left4me::await
