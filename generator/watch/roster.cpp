#include "generator/watch/roster.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace left4me::watch {

namespace {

/// One packet may be lost, and two.
constexpr unsigned fewest_unanswered = 3;

/// Servers do not hang at the same moment, but each is asked at a moment of its own.
SilenceLimits limits_of(const WatchSettings& settings) {
    return {settings.silence_limit, std::chrono::seconds(10) + 2 * settings.interval};
}

/// What was before is no silence of the server's.
void begin_anew(WatchedServer& server, Duration now) {
    server.unanswered = 0;
    server.silent_since = now;
}

void meet_obstacle(WatchedServer& server, std::string obstacle, Duration now) {
    begin_anew(server, now);
    if (server.obstacle == obstacle)
        return;
    server.obstacle = std::move(obstacle);
    server.has_new_obstacle = server.has_news = true;
}

void take_answer(WatchedServer& server) {
    server.info = std::move(server.unsettled->info);
    server.answered = server.unsettled->wall;
    server.last_answer = server.unsettled->heard;
    server.unanswered_since.reset();
    server.obstacle.clear();
    server.has_news = true;
    ++server.answers;
    begin_anew(server, server.unsettled->heard);
    server.unsettled.reset();
}

constexpr const char* unasked = "sends more than it is asked for, or somebody else does from its "
                                "address (ss -lunp shows who has its port)";

/// Takes the answer that came if nobody contradicts it.
void settle(WatchedServer& server, Duration now) {
    if (server.is_doubtful) {
        server.unsettled.reset();
        meet_obstacle(server, unasked, now);
    } else if (server.unsettled && now - server.unsettled->heard >= WatchedServer::settling) {
        take_answer(server);
    }
}

/// \return the packet to send
std::string begin_question(WatchedServer& server, Duration now) {
    // How long it has been silent is news each time.
    server.has_news |= server.is_silent(now);
    ++server.unanswered;
    if (!server.unanswered_since)
        server.unanswered_since = now;
    server.is_doubtful = false;
    return server.conversation.ask();
}

/// As far as it is for the server itself to say.
bool may_be_ended(const WatchedServer& server) {
    // The last question has only just been asked.
    return server.unit.health == Health::restart && !server.is_end_requested &&
           server.unanswered > fewest_unanswered;
}

std::string no_address(const Endpoint& listening) {
    return fmt::format("cannot be asked at {}, which is not an address of this host",
                       to_string(listening));
}

} // namespace

Roster::Roster(const WatchSettings& settings) : m_settings(settings) {}

std::vector<std::string> Roster::follow(const std::vector<RunningServer>& running, Duration now) {
    std::set<std::string_view> present;
    for (const RunningServer& unit : running) {
        if (unit.health == Health::off)
            continue;
        present.insert(unit.name);
        WatchedServer& server = m_servers[unit.name];
        if (server.unit.invocation != unit.invocation) {
            move_to(server, std::nullopt);
            server = WatchedServer();
            server.silent_since = server.next_question = now;
        }
        if (server.unit.health != unit.health) {
            server.has_news = true;
            // A request was refused if instance.env said something else by then.
            server.is_end_requested = false;
        }
        server.unit = unit;
    }

    std::vector<std::string> gone;
    for (auto& [name, server] : m_servers)
        if (!present.contains(name)) {
            move_to(server, std::nullopt);
            gone.push_back(name);
        }
    for (const std::string& name : gone)
        m_servers.erase(name);
    return gone;
}

std::size_t Roster::most_questions(Duration step) const {
    constexpr std::size_t at_least = 8;
    return at_least + 2 * m_servers.size() * static_cast<std::size_t>(step.count()) /
                          static_cast<std::size_t>(m_settings.interval.count());
}

std::vector<OutgoingPacket> Roster::ask(const std::vector<Address>& local, Duration now,
                                        Duration step) {
    std::vector<OutgoingPacket> questions;
    const std::size_t most = most_questions(step);
    for (auto& [name, server] : m_servers) {
        settle(server, now);
        if (server.next_question > now || questions.size() == most)
            continue;
        server.next_question = now + m_settings.interval;
        const auto endpoint = endpoint_to_ask(server.unit.listening, local, server.endpoint);
        if (endpoint != server.endpoint)
            begin_anew(server, now);
        move_to(server, endpoint);
        // What it answered may have been among what was not heard.
        if (endpoint && server.unanswered > 0 && server.conversation.is_deaf())
            meet_obstacle(server, unasked, now);
        if (endpoint)
            questions.push_back({name, *endpoint, begin_question(server, now)});
        else
            meet_obstacle(server, no_address(server.unit.listening), now);
    }
    return questions;
}

void Roster::could_not_send(const std::string& server, std::string problem, Duration now) {
    if (const auto found = m_servers.find(server); found != m_servers.end())
        meet_obstacle(found->second, std::move(problem), now);
}

void Roster::move_to(WatchedServer& server, const std::optional<Endpoint>& endpoint) {
    if (server.endpoint == endpoint)
        return;
    if (server.endpoint) {
        const auto [first, last] = m_by_endpoint.equal_range(*server.endpoint);
        m_by_endpoint.erase(
            std::find_if(first, last, [&](const auto& entry) { return entry.second == &server; }));
    }
    if (endpoint)
        m_by_endpoint.emplace(*endpoint, &server);
    server.endpoint = endpoint;
}

std::vector<OutgoingPacket> Roster::hear(const Endpoint& from, std::string_view packet,
                                         Duration now, WallTime wall) {
    std::vector<OutgoingPacket> replies;
    bool is_reply = false;
    const auto [first, last] = m_by_endpoint.equal_range(from);
    for (auto entry = first; entry != last; ++entry) {
        WatchedServer& server = *entry->second;
        Conversation::Heard heard = server.conversation.hear(packet);
        if (!heard.to_send.empty())
            replies.push_back({server.unit.name, from, std::move(heard.to_send)});
        if (heard.info)
            server.unsettled = {*std::move(heard.info), now, wall};
        is_reply |= heard.is_reply;
    }
    // Each of those that are asked there has a reply for each of its packets.
    const auto is_due = [](const auto& entry) { return entry.second->conversation.count_reply(); };
    if (is_reply && std::none_of(first, last, is_due))
        std::for_each(first, last, [](const auto& entry) {
            entry.second->conversation.doubt();
            entry.second->is_doubtful = true;
        });
    return replies;
}

void Roster::was_away() {
    for (auto& [name, server] : m_servers) {
        server.unanswered = 0;
        server.unanswered_since.reset();
    }
}

bool Roster::has_candidates(Duration now) const {
    return std::any_of(m_servers.begin(), m_servers.end(), [&](const auto& entry) {
        const WatchedServer& server = entry.second;
        return server.is_silent(now) && may_be_ended(server) &&
               now - server.silent_since >= m_settings.silence_limit;
    });
}

Judgement Roster::judge(Duration now) {
    std::vector<Hearing> hearings;
    for (const auto& [name, server] : m_servers)
        if (server.info)
            hearings.push_back(
                {name, server.silent_since, server.is_silent(now), may_be_ended(server)});
    Judgement judgement = judge_silence(hearings, m_servers.size(), limits_of(m_settings), now);
    for (const std::string& name : judgement.to_end)
        m_servers.at(name).is_end_requested = true;
    // When the cause goes away, some are heard again before others: those get their questions.
    for (const std::string& name : judgement.spared)
        m_servers.at(name).unanswered = 0;
    return judgement;
}

std::vector<Endpoint> Roster::heard_endpoints() const {
    std::vector<Endpoint> endpoints;
    for (const auto& [endpoint, server] : m_by_endpoint)
        if (!server->conversation.is_deaf() && (endpoints.empty() || endpoints.back() != endpoint))
            endpoints.push_back(endpoint);
    return endpoints;
}

void Roster::take_news(const std::function<void(const WatchedServer&)>& say) {
    for (auto& [name, server] : m_servers) {
        if (!std::exchange(server.has_news, false))
            continue;
        say(server);
        server.has_new_obstacle = false;
    }
}

} // namespace left4me::watch
