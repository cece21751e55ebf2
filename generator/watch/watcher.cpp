#include "generator/watch/watcher.hpp"

#include "generator/host/system_error.hpp"
#include "generator/text/printable.hpp"
#include "generator/watch/generated_health.hpp"
#include "generator/watch/local_addresses.hpp"
#include "generator/watch/watch_report.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <utility>

namespace left4me::watch {

namespace {

/// To the journal, with a priority (sd-daemon(3)).
void say(const char* priority, std::string_view text) {
    fmt::print(stderr, "{}{}\n", priority, one_line(text));
}

/// Often enough that a stop of this process is noticed, and that questions are spread.
Duration step_for(Duration interval) {
    constexpr int most_in_an_interval = 4;
    return std::min<Duration>(interval / most_in_an_interval, std::chrono::seconds(1));
}

Duration boot_time() {
    timespec time = {};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                                std::chrono::nanoseconds(time.tv_nsec));
}

WallTime wall_time() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

long long whole_seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

} // namespace

Watcher::Watcher(EventLoop& loop, const WatchSettings& settings)
    : m_loop(loop), m_settings(settings), m_step(step_for(settings.interval)), m_roster(settings),
      m_units(loop, [this](const std::vector<RunningServer>& running) { take_list(running); }) {
    sd_event_source* socket = nullptr;
    require(sd_event_add_io(loop.get(), &socket, m_socket.fd(), EPOLLIN, on_packets, this),
            "sd_event_add_io");
    require(sd_event_source_set_floating(socket, 1), "sd_event_source_set_floating");
    sd_event_source_unref(socket);
    // Whoever sends many packets keeps us from nothing but packets.
    require(sd_event_source_set_priority(socket, SD_EVENT_PRIORITY_IDLE),
            "sd_event_source_set_priority");
    constexpr std::uint64_t accuracy = 50'000;
    require(sd_event_add_time_relative(loop.get(), &m_timer, CLOCK_BOOTTIME, 0, accuracy, on_time,
                                       this),
            "sd_event_add_time_relative");
    write_overview(look_at_clock());
}

Watcher::~Watcher() {
    sd_event_source_disable_unref(m_timer);
}

int Watcher::on_time(sd_event_source* /*source*/, std::uint64_t /*due*/, void* data) {
    Watcher& watcher = *static_cast<Watcher*>(data);
    return watcher.m_loop.guard([&] { watcher.tick(); });
}

int Watcher::on_packets(sd_event_source* /*source*/, int /*fd*/, std::uint32_t /*events*/,
                        void* data) {
    Watcher& watcher = *static_cast<Watcher*>(data);
    return watcher.m_loop.guard([&] { watcher.receive(); });
}

Duration Watcher::look_at_clock() {
    if (const auto away = m_clock.advance(boot_time())) {
        m_roster.was_away();
        say(SD_NOTICE, fmt::format("this watch was stopped or late for {} s, which do not count as "
                                   "silence of a server",
                                   whole_seconds(*away)));
    }
    return m_clock.now();
}

void Watcher::tick() {
    const Duration now = look_at_clock();
    ask(now);
    write_news(now);
    if (now >= m_next_round) {
        m_next_round = now + m_settings.interval;
        write_overview(now);
        m_units.list();
    } else if (m_roster.has_candidates(now)) {
        // Nobody is ended by what was known a while ago.
        m_units.list();
    }
    require(sd_event_source_set_time_relative(m_timer, static_cast<std::uint64_t>(m_step.count())),
            "sd_event_source_set_time_relative");
    require(sd_event_source_set_enabled(m_timer, SD_EVENT_ONESHOT), "sd_event_source_set_enabled");
}

void Watcher::ask(Duration now) {
    const std::vector<OutgoingPacket> questions = m_roster.ask(local_addresses(), now, m_step);
    m_socket.hear_only(m_roster.heard_endpoints());
    send(questions, now);
}

void Watcher::send(const std::vector<OutgoingPacket>& packets, Duration now) {
    for (const OutgoingPacket& packet : packets)
        if (const int error = m_socket.send(packet.to, packet.bytes); error != 0)
            m_roster.could_not_send(packet.server,
                                    fmt::format("cannot be asked at {}: {}", to_string(packet.to),
                                                describe_errno(error)),
                                    now);
}

void Watcher::receive() {
    const Duration now = look_at_clock();
    const WallTime wall = wall_time();
    m_socket.receive([&](const Endpoint& from, std::string_view packet) {
        send(m_roster.hear(from, packet, now, wall), now);
    });
    m_socket.hear_only(m_roster.heard_endpoints());
}

void Watcher::take_list(std::vector<RunningServer> running) {
    const Duration now = look_at_clock();
    find_health(running);
    const std::vector<std::string> gone = m_roster.follow(running, now);
    for (const std::string& name : gone)
        m_directory.remove_server(name);
    write_news(now);
    const bool is_first = !std::exchange(m_has_list, true);
    if (is_first || !gone.empty())
        write_overview(now);
    judge(now);
}

void Watcher::find_health(std::vector<RunningServer>& running) {
    std::map<std::string, Health> before = std::exchange(m_health, {});
    for (RunningServer& server : running) {
        if (const auto written = generated_health(server.name))
            server.health = *written;
        else if (const auto known = before.find(server.name); known != before.end())
            server.health = known->second;
        m_health.emplace(server.name, server.health);
    }
}

void Watcher::judge(Duration now) {
    const Judgement judgement = m_roster.judge(now);
    for (const std::string& name : judgement.to_end) {
        const WatchedServer& server = m_roster.servers().at(name);
        m_directory.request_end(name, end_request(server, now));
        say(SD_NOTICE, fmt::format("{} has been silent for {} s: left4me-end-silent.service is "
                                   "asked to end it",
                                   name, whole_seconds(server.silence(now))));
    }
    if (!judgement.spared.empty() && !std::exchange(m_has_told_of_spared, true))
        say(SD_WARNING, describe_spared(judgement));
    if (judgement.together == 0)
        m_has_told_of_spared = false;
}

void Watcher::write_news(Duration now) {
    m_roster.take_news([&](const WatchedServer& server) {
        m_directory.write_server(server.unit.name, server_json(server, now));
        if (server.has_new_obstacle)
            say(SD_WARNING, fmt::format("{} {}: its silence does not count until it answers again",
                                        server.unit.name, server.obstacle));
    });
}

void Watcher::write_overview(Duration now) {
    m_directory.write_metrics(metrics_text(m_roster.servers(), now));
    std::string status = status_text(m_roster.servers(), now);
    // Whoever is started after this reads the files of the servers that run.
    if (!m_has_list || status == m_status)
        return;
    m_status = std::move(status);
    // Started by hand, there is nobody to tell.
    sd_notify(0, fmt::format("READY=1\nSTATUS={}", m_status).c_str());
}

} // namespace left4me::watch
