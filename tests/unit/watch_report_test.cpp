#include "generator/watch/watch_report.hpp"

#include "generator/watch/health_drop_in.hpp"
#include "generator/watch/reply_filter.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <utility>

using namespace left4me;
using namespace left4me::watch;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

/// Every kind of character that means something to a terminal, JSON or the metrics' format.
const std::string hostile_map = "a\x1b[2J\"\\\n} 1\nleft4me_server_up{server=\"b\"} 0\r\xFF\u202E";

WatchedServer server_on(const std::string& map) {
    WatchedServer server;
    server.unit = {"alpha", std::string(32, 'a'), {0, 27015}, Health::restart, 4};
    server.info = ServerInfo{map, 3, 1, 8};
    server.answered =
        WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 20h + 123456us);
    server.answers = 7;
    server.last_answer = 10s;
    return server;
}

WatchedServer silent_server() {
    WatchedServer server = server_on("c1m1_hotel");
    server.unanswered_since = 20s;
    return server;
}

nlohmann::json read(const WatchedServer& server, Duration now) {
    const std::string text = server_json(server, now);
    BOOST_TEST(std::all_of(text.begin(), text.end(),
                           [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    return nlohmann::json::parse(text);
}

/// The lines of the metrics that are samples.
std::vector<std::string> samples(const std::map<std::string, WatchedServer>& servers,
                                 Duration now) {
    std::vector<std::string> found;
    std::string line;
    for (const char c : metrics_text(servers, now))
        if (c != '\n')
            line += c;
        else if (const std::string whole = std::exchange(line, ""); !whole.starts_with('#'))
            found.push_back(whole);
    BOOST_TEST(line.empty());
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(WatchReport)

BOOST_AUTO_TEST_CASE(json_says_what_the_server_said_last) {
    BOOST_TEST(read(server_on("c1m1_hotel"), 15s) ==
               nlohmann::json::parse(R"({"instance": "alpha", "map": "c1m1_hotel", "players": 3,
                   "bots": 1, "slots": 8, "answered": "2026-11-30T20:00:00.123456Z",
                   "silent_seconds": 0, "health": "restart"})"));
}

BOOST_AUTO_TEST_CASE(json_of_a_server_that_has_not_answered_has_nulls) {
    WatchedServer server;
    server.unit.name = "alpha";
    server.unanswered_since = 1s;
    BOOST_TEST(read(server, 100s) ==
               nlohmann::json::parse(R"({"instance": "alpha", "map": null, "players": null,
                   "bots": null, "slots": null, "answered": null, "silent_seconds": 0,
                   "health": "watch"})"));
}

BOOST_AUTO_TEST_CASE(silence_counts_from_the_last_answer_once_a_question_is_late) {
    BOOST_TEST(read(silent_server(), 21s)["silent_seconds"] == 0);
    BOOST_TEST(read(silent_server(), 22s)["silent_seconds"] == 12);
    BOOST_TEST(end_request(silent_server(), 191s) ==
               "INVOCATION_ID=" + std::string(32, 'a') + "\nSILENT_SEC=181\n");
}

BOOST_AUTO_TEST_CASE(a_hostile_map_harms_no_json) {
    BOOST_TEST(read(server_on(hostile_map), 15s)["map"] ==
               "a\x1b[2J\"\\\n} 1\nleft4me_server_up{server=\"b\"} 0\r\uFFFD\u202E");
}

BOOST_AUTO_TEST_CASE(metrics_say_the_same) {
    const std::vector<std::string> expected = {
        "left4me_server_up{server=\"alpha\"} 1",
        "left4me_server_answers_total{server=\"alpha\"} 7",
        "left4me_server_since_answer_seconds{server=\"alpha\"} 5.5",
        "left4me_server_players{server=\"alpha\"} 3",
        "left4me_server_bots{server=\"alpha\"} 1",
        "left4me_server_slots{server=\"alpha\"} 8",
        "left4me_server_restarts_total{server=\"alpha\"} 4",
        "left4me_server_map_info{server=\"alpha\",map=\"c1m1_hotel\"} 1"};
    BOOST_TEST(samples({{"alpha", server_on("c1m1_hotel")}}, 15500ms) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_server_that_is_silent_or_was_never_heard_is_not_up) {
    BOOST_TEST(samples({{"alpha", silent_server()}}, 100s).front() ==
               "left4me_server_up{server=\"alpha\"} 0");
    const std::vector<std::string> expected = {"left4me_server_up{server=\"alpha\"} 0",
                                               "left4me_server_answers_total{server=\"alpha\"} 0",
                                               "left4me_server_restarts_total{server=\"alpha\"} 0"};
    BOOST_TEST(samples({{"alpha", WatchedServer()}}, 100s) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_hostile_map_is_one_label) {
    const auto lines = samples({{"alpha", server_on(hostile_map)}}, 15s);
    BOOST_TEST(lines.size() == 8U);
    BOOST_TEST(
        lines.back() ==
        "left4me_server_map_info{server=\"alpha\",map=\"a\\\\x1b[2J\\\"\\\\\\\\x0a} "
        "1\\\\x0aleft4me_server_up{server=\\\"b\\\"} 0\\\\x0d\\\\xff\\\\xe2\\\\x80\\\\xae\"} "
        "1");
}

BOOST_AUTO_TEST_CASE(no_servers_have_no_metrics) {
    BOOST_TEST(metrics_text({}, 0s).empty());
}

BOOST_AUTO_TEST_CASE(the_status_counts_servers_and_players) {
    BOOST_TEST(status_text({{"a", server_on("m")}, {"b", silent_server()}, {"c", {}}}, 100s) ==
               "Servers: 3, answering: 1, silent: 1, not heard yet: 1. Players: 6");
}

BOOST_AUTO_TEST_CASE(whoever_is_spared_is_named_with_the_reason) {
    BOOST_TEST(describe_spared({{}, {"a", "b"}, 20, 11})
                   .starts_with("11 of 20 servers fell silent together, 2 of them for long enough "
                                "to be ended: none is, "));
}

BOOST_AUTO_TEST_CASE(health_is_read_from_the_drop_in) {
    BOOST_TEST((health_in("[Unit]\nX-Left4me-Health=restart\n[Service]\n") == Health::restart));
    BOOST_TEST((health_in("X-Left4me-Health=off") == Health::off));
    for (const char* const text : {"", "X-Left4me-Health=on\n", "# X-Left4me-Health=off\n"})
        BOOST_TEST((health_in(text) == Health::watch));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// A UDP packet as a filter sees it.
struct Packet {
    Endpoint from;
    unsigned device = 1;
    std::uint32_t length = 100;
    std::uint32_t first_word = 0xFFFFFFFF;
};

std::uint32_t load(const Packet& packet, const sock_filter& instruction) {
    if (instruction.code == (BPF_LD | BPF_W | BPF_LEN))
        return packet.length;
    if (instruction.code == (BPF_LD | BPF_H | BPF_ABS) && instruction.k == 0)
        return packet.from.port;
    BOOST_REQUIRE(instruction.code == (BPF_LD | BPF_W | BPF_ABS));
    if (instruction.k == static_cast<std::uint32_t>(SKF_AD_OFF) + SKF_AD_IFINDEX)
        return packet.device;
    if (instruction.k == static_cast<std::uint32_t>(SKF_NET_OFF) + 12)
        return packet.from.address;
    BOOST_REQUIRE(instruction.k == 8U);
    return packet.first_word;
}

/// Runs a filter as the kernel does.
bool passes(const std::vector<sock_filter>& program, const Packet& packet) {
    std::uint32_t loaded = 0;
    for (std::size_t at = 0;; ++at) {
        BOOST_REQUIRE(at < program.size());
        const sock_filter& instruction = program[at];
        if (instruction.code == (BPF_RET | BPF_K))
            return instruction.k != 0;
        if (instruction.code == (BPF_JMP | BPF_JA))
            at += instruction.k;
        else if (instruction.code == (BPF_JMP | BPF_JEQ | BPF_K))
            at += loaded == instruction.k ? instruction.jt : instruction.jf;
        else if (instruction.code == (BPF_JMP | BPF_JGT | BPF_K))
            at += loaded > instruction.k ? instruction.jt : instruction.jf;
        else
            loaded = load(packet, instruction);
    }
}

constexpr Address here = 0xC0000201;
constexpr Address there = 0xC0000202;

} // namespace

BOOST_AUTO_TEST_SUITE(ReplyFilter)

BOOST_AUTO_TEST_CASE(only_those_who_are_asked_get_through) {
    const std::vector<Endpoint> asked = {{here, 27015}, {here, 27016}, {there, 27017}};
    const auto program = reply_filter(asked, 1);
    for (const Endpoint& endpoint : asked)
        BOOST_TEST(passes(program, {endpoint}));
    for (const Endpoint& endpoint :
         std::vector<Endpoint>{{here, 27017}, {there, 27015}, {here, 0}, {0x01020304, 27015}})
        BOOST_TEST(!passes(program, {endpoint}));
    BOOST_TEST(!passes(reply_filter({}, 1), {{here, 27015}}));
}

BOOST_AUTO_TEST_CASE(only_what_may_be_a_reply_gets_through) {
    const std::vector<Endpoint> asked = {{here, 27015}};
    const auto program = reply_filter(asked, 1);
    BOOST_TEST(passes(program, {asked[0], 1, 1408, 0xFEFFFFFF}));
    BOOST_TEST(!passes(program, {asked[0], 1, 1409}));
    BOOST_TEST(!passes(program, {asked[0], 1, 65535}));
    BOOST_TEST(!passes(program, {asked[0], 1, 100, 0xFFFFFFFE}));
    // From elsewhere, whatever it says of its sender.
    BOOST_TEST(!passes(program, {asked[0], 2}));
}

BOOST_AUTO_TEST_CASE(it_never_is_longer_than_the_kernel_takes) {
    std::vector<Endpoint> asked;
    for (std::uint16_t port = 1; port <= 2000; ++port)
        asked.push_back({here, port});
    BOOST_TEST(!passes(reply_filter(asked, 1), {{there, 1}}));
    BOOST_TEST(passes(reply_filter(asked, 1), {{here, 2000}}));
    for (std::uint16_t port = 1; port <= 8192; ++port)
        asked.push_back({there, port});
    const auto program = reply_filter(asked, 1);
    BOOST_TEST(program.size() <= std::size_t{BPF_MAXINSNS});
    BOOST_TEST(passes(program, {{there, 1}}));
    BOOST_TEST(!passes(program, {{there, 1}, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
