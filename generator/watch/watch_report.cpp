#include "generator/watch/watch_report.hpp"

#include "generator/text/json_text.hpp"
#include "generator/text/printable.hpp"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace left4me::watch {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::seconds;

long long whole_seconds(Duration duration) {
    return std::chrono::duration_cast<seconds>(duration).count();
}

/// RFC 3339, in UTC.
std::string rfc3339(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

Json count_or_null(const WatchedServer& server, unsigned ServerInfo::*count) {
    return server.info ? Json((*server.info).*count) : Json();
}

/// The value of a label: a backslash, a double quote and a newline are escaped there. One that is
/// printable has no newline.
std::string label_value(std::string_view text) {
    std::string escaped;
    for (const char c : one_line(text)) {
        if (c == '\\' || c == '"')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

struct MetricFamily {
    const char* name;
    const char* type;
    const char* help;
    std::optional<double> (*value)(const WatchedServer& server, Duration now);
};

template <auto count>
std::optional<double> count_of(const WatchedServer& server, Duration /*now*/) {
    if (!server.info)
        return std::nullopt;
    return (*server.info).*count;
}

std::optional<double> up(const WatchedServer& server, Duration now) {
    return server.info && !server.is_silent(now) ? 1 : 0;
}

std::optional<double> since_answer(const WatchedServer& server, Duration now) {
    if (!server.info)
        return std::nullopt;
    return std::chrono::duration<double>(now - server.last_answer).count();
}

std::optional<double> answers(const WatchedServer& server, Duration /*now*/) {
    return static_cast<double>(server.answers);
}

std::optional<double> restarts(const WatchedServer& server, Duration /*now*/) {
    return static_cast<double>(server.unit.restarts);
}

constexpr std::array families = {
    MetricFamily{"left4me_server_up", "gauge",
                 "Whether the server answered the last question in time.", up},
    MetricFamily{"left4me_server_answers_total", "counter",
                 "Answers of the server since it was started.", answers},
    MetricFamily{"left4me_server_since_answer_seconds", "gauge",
                 "Time since the last answer of the server.", since_answer},
    MetricFamily{"left4me_server_players", "gauge", "People on the server, without bots.",
                 count_of<&ServerInfo::players>},
    MetricFamily{"left4me_server_bots", "gauge", "Bots on the server.",
                 count_of<&ServerInfo::bots>},
    MetricFamily{"left4me_server_slots", "gauge", "How many players the server takes.",
                 count_of<&ServerInfo::slots>},
    MetricFamily{"left4me_server_restarts_total", "counter",
                 "Starts of the server by systemd itself, since somebody started it.", restarts}};

using Buffer = std::back_insert_iterator<std::string>;

void describe_family(Buffer out, const char* name, const char* type, const char* help) {
    fmt::format_to(out, "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void add_maps(Buffer out, const std::map<std::string, WatchedServer>& servers) {
    constexpr const char* name = "left4me_server_map_info";
    describe_family(out, name, "gauge", "What the server calls its map.");
    for (const auto& [server_name, server] : servers)
        if (server.info)
            fmt::format_to(out, "{}{{server=\"{}\",map=\"{}\"}} 1\n", name,
                           label_value(server_name), label_value(server.info->map));
}

} // namespace

std::string server_json(const WatchedServer& server, Duration now) {
    const auto answered = server.answered ? std::optional(rfc3339(*server.answered)) : std::nullopt;
    const Json root = {
        {"instance", server.unit.name},
        {"map", server.info ? Json(server.info->map) : Json()},
        {"players", count_or_null(server, &ServerInfo::players)},
        {"bots", count_or_null(server, &ServerInfo::bots)},
        {"slots", count_or_null(server, &ServerInfo::slots)},
        {"answered", value_or_null(answered)},
        {"silent_seconds", whole_seconds(server.silence(now))},
        {"health", health_words[server.unit.health]},
    };
    return printed(root);
}

std::string metrics_text(const std::map<std::string, WatchedServer>& servers, Duration now) {
    std::string text;
    if (servers.empty())
        return text;
    const Buffer out = std::back_inserter(text);
    for (const MetricFamily& family : families) {
        describe_family(out, family.name, family.type, family.help);
        for (const auto& [name, server] : servers)
            if (const auto value = family.value(server, now))
                fmt::format_to(out, "{}{{server=\"{}\"}} {}\n", family.name, label_value(name),
                               *value);
    }
    add_maps(out, servers);
    return text;
}

std::string status_text(const std::map<std::string, WatchedServer>& servers, Duration now) {
    std::size_t answering = 0;
    std::size_t silent = 0;
    unsigned players = 0;
    for (const auto& [name, server] : servers) {
        if (!server.info)
            continue;
        ++(server.is_silent(now) ? silent : answering);
        players += server.info->players;
    }
    return fmt::format("Servers: {}, answering: {}, silent: {}, not heard yet: {}. Players: {}",
                       servers.size(), answering, silent, servers.size() - answering - silent,
                       players);
}

std::string end_request(const WatchedServer& server, Duration now) {
    return fmt::format("INVOCATION_ID={}\nSILENT_SEC={}\n", server.unit.invocation,
                       whole_seconds(server.silence(now)));
}

std::string describe_spared(const Judgement& judgement) {
    return fmt::format(
        "{} of {} servers fell silent together, {} of them for long enough to be ended: none is, "
        "since the cause is more likely this host's network or load than the servers ({}): look at "
        "these, and restart the servers if they do not answer again",
        judgement.together, judgement.watched, judgement.spared.size(),
        fmt::join(judgement.spared, ", "));
}

} // namespace left4me::watch
