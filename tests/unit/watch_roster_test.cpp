#include "generator/watch/roster.hpp"

#include "a2s_replies.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <set>

using namespace left4me;
using namespace left4me::watch;
using namespace std::chrono_literals;

namespace {

constexpr Address here = 0xC0000201; // 192.0.2.1
constexpr Address there = 0xC0000202;
const std::vector<Address> addresses = {0x7F000001, here, there};
constexpr Duration step = 1s;

std::string name_of(int server) {
    return fmt::format("s{:02}", server);
}

RunningServer running(int server, Health health = Health::restart) {
    const std::string name = name_of(server);
    return {name, name + "-first", {0, static_cast<std::uint16_t>(27000 + server)}, health, 0};
}

/// A host with servers on it, second by second: what is asked and who is ended.
struct Host {
    Roster roster = Roster({10s, 180s});
    Duration now{};
    std::vector<RunningServer> units;
    std::vector<Address> local = addresses;
    std::set<std::string> hung;
    /// Whose answers come behind more packets than are listened to.
    std::set<std::string> drowned;
    /// Who is answered for by somebody else as well, before the server itself or after it.
    std::set<std::string> forged_before;
    std::set<std::string> forged_after;
    std::vector<std::string> ended;
    std::vector<Judgement> spared;
    std::size_t most_asked_at_once = 0;

    explicit Host(int servers, Health health = Health::restart) {
        for (int i = 0; i < servers; ++i)
            units.push_back(running(i, health));
        roster.follow(units, now);
    }

    void live(std::chrono::seconds time) {
        for (const Duration end = now + time; now < end; now += step) {
            const auto questions = roster.ask(local, now, step);
            most_asked_at_once = std::max(most_asked_at_once, questions.size());
            for (const OutgoingPacket& question : questions)
                for (int i = 0; drowned.contains(question.server) && i < 20; ++i)
                    (void)roster.hear(question.to, "\xff\xff\xff\xff", now, WallTime(now));
            const auto answer = [&](const Endpoint& from, const char* map) {
                (void)roster.hear(from, info_reply({map, 1, 0, 8}), now, WallTime(now));
            };
            for (const OutgoingPacket& question : questions) {
                if (forged_before.contains(question.server))
                    answer(question.to, "forged");
                if (!hung.contains(question.server))
                    answer(question.to, "c1m1_hotel");
                if (forged_after.contains(question.server))
                    answer(question.to, "forged");
            }
            const Judgement judgement = roster.judge(now);
            ended.insert(ended.end(), judgement.to_end.begin(), judgement.to_end.end());
            if (!judgement.spared.empty())
                spared.push_back(judgement);
        }
    }

    [[nodiscard]] const WatchedServer& server(int number) const {
        return roster.servers().at(name_of(number));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(WatchRoster)

BOOST_AUTO_TEST_CASE(a_server_that_hangs_is_ended_once_after_the_limit) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    host.live(170s);
    BOOST_TEST(host.ended.empty());
    host.live(20s);
    BOOST_TEST(host.ended == std::vector<std::string>{"s00"}, boost::test_tools::per_element());
    host.live(1000s);
    BOOST_TEST(host.ended.size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_whose_answers_are_drowned_is_left_alone) {
    Host host(1);
    host.live(30s);
    host.drowned = {"s00"};
    host.live(1000s);
    BOOST_TEST(host.ended.empty());
    BOOST_TEST(host.server(0).obstacle.find("sends more than it is asked for") == 0U);
}

BOOST_AUTO_TEST_CASE(of_two_answers_to_one_question_neither_is_believed) {
    Host host(2);
    host.live(30s);
    const auto answers = host.server(0).answers;
    host.forged_before = {"s00"};
    host.live(500s);
    host.forged_after = {"s00"};
    host.forged_before.clear();
    host.live(500s);
    BOOST_TEST(host.server(0).answers == answers);
    BOOST_TEST(host.server(0).info->map == "c1m1_hotel");
    BOOST_TEST(host.server(0).obstacle.find("sends more than it is asked for") == 0U);
    BOOST_TEST(host.server(1).answers > 90U);
    BOOST_TEST(host.ended.empty());
    host.forged_after.clear();
    host.live(20s);
    BOOST_TEST(host.server(0).answers > answers);
    BOOST_TEST(host.server(0).obstacle.empty());
}

BOOST_AUTO_TEST_CASE(the_answers_to_all_questions_of_a_silence_may_come_at_once) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    host.live(60s);
    for (int i = 0; i < 6; ++i)
        (void)host.roster.hear({here, 27000}, info_reply({"c1m2_streets", 2, 0, 8}), host.now,
                               WallTime(host.now));
    BOOST_TEST(!host.server(0).is_silent(host.now));
    host.live(2s);
    BOOST_TEST(host.server(0).info->map == "c1m2_streets");
    BOOST_TEST(host.server(0).obstacle.empty());
}

BOOST_AUTO_TEST_CASE(a_server_in_a_map_change_is_left_alone) {
    Host host(1);
    for (int change = 0; change < 20; ++change) {
        host.live(30s);
        host.hung = {"s00"};
        host.live(150s);
        host.hung.clear();
    }
    BOOST_TEST(host.ended.empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answered_since_its_start_is_never_ended) {
    Host host(1);
    host.hung = {"s00"};
    host.live(3600s);
    BOOST_TEST(host.ended.empty());

    // Nor one that did before it was started again.
    host.hung.clear();
    host.live(60s);
    host.hung = {"s00"};
    host.live(100s);
    host.units[0].invocation = "second";
    host.roster.follow(host.units, host.now);
    host.live(3600s);
    BOOST_TEST(host.ended.empty());
    BOOST_TEST(!host.server(0).answered.has_value());
}

BOOST_AUTO_TEST_CASE(a_server_that_is_started_again_and_hangs_again_is_ended_again) {
    Host host(1);
    for (int life = 0; life < 3; ++life) {
        host.hung.clear();
        host.units[0].invocation = name_of(life);
        host.roster.follow(host.units, host.now);
        host.live(30s);
        host.hung = {"s00"};
        host.live(200s);
    }
    BOOST_TEST(host.ended.size() == 3U);
}

BOOST_AUTO_TEST_CASE(only_a_server_whose_instance_says_restart_is_ended) {
    Host host(1, Health::watch);
    host.live(30s);
    host.hung = {"s00"};
    host.live(600s);
    BOOST_TEST(host.ended.empty());
    host.units[0].health = Health::restart;
    host.roster.follow(host.units, host.now);
    host.live(2s);
    BOOST_TEST(host.ended.size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_that_was_not_ended_is_to_be_once_its_instance_says_so_anew) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    host.live(600s);
    BOOST_TEST(host.ended.size() == 1U);
    for (const Health health : {Health::watch, Health::restart}) {
        host.units[0].health = health;
        host.roster.follow(host.units, host.now);
    }
    host.live(2s);
    BOOST_TEST(host.ended.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_to_be_watched_is_not_asked) {
    Host host(1, Health::off);
    host.live(30s);
    BOOST_TEST(host.roster.servers().empty());
    BOOST_TEST(host.most_asked_at_once == 0U);
}

BOOST_AUTO_TEST_CASE(six_of_twenty_that_fall_silent_within_ten_seconds_are_all_ended) {
    Host host(20);
    host.live(30s);
    for (int i = 0; i < 6; ++i) {
        host.hung.insert(name_of(i));
        host.live(2s);
    }
    host.live(300s);
    BOOST_TEST(std::set(host.ended.begin(), host.ended.end()) == host.hung);
    BOOST_TEST(host.ended.size() == 6U);
    BOOST_TEST(host.spared.empty());
}

BOOST_AUTO_TEST_CASE(half_of_them_are_not_most) {
    Host host(20);
    host.live(30s);
    for (int i = 0; i < 10; ++i)
        host.hung.insert(name_of(i));
    host.live(300s);
    BOOST_TEST(host.ended.size() == 10U);
}

BOOST_AUTO_TEST_CASE(eleven_of_twenty_are_not_and_it_is_told_how_many) {
    Host host(20);
    host.live(30s);
    for (int i = 0; i < 11; ++i) {
        host.hung.insert(name_of(i));
        host.live(1s);
    }
    host.live(3600s);
    BOOST_TEST(host.ended.empty());
    BOOST_REQUIRE(!host.spared.empty());
    BOOST_TEST(host.spared.back().together == 11U);
    BOOST_TEST(host.spared.back().watched == 20U);
}

BOOST_AUTO_TEST_CASE(those_that_are_heard_last_when_the_cause_goes_away_are_not_ended) {
    Host host(20);
    host.live(30s);
    for (int i = 0; i < 20; ++i)
        host.hung.insert(name_of(i));
    host.live(1000s);
    host.hung.clear();
    host.live(100s);
    BOOST_TEST(host.ended.empty());
}

BOOST_AUTO_TEST_CASE(one_that_stays_silent_when_the_cause_goes_away_is_ended_in_the_end) {
    Host host(5);
    host.live(30s);
    host.hung = {"s00", "s01", "s02", "s03"};
    host.live(600s);
    BOOST_TEST(host.ended.empty());
    host.hung = {"s00"};
    host.live(60s);
    BOOST_TEST(host.ended == std::vector<std::string>{"s00"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(most_servers_that_hang_at_different_times_are_all_ended) {
    Host host(4);
    host.live(30s);
    for (int i = 0; i < 4; ++i) {
        host.hung.insert(name_of(i));
        host.live(60s);
    }
    host.live(300s);
    BOOST_TEST(host.ended.size() == 4U);
}

BOOST_AUTO_TEST_CASE(two_servers_are_too_few_to_compare) {
    Host host(2);
    host.live(30s);
    host.hung = {"s00", "s01"};
    host.live(300s);
    BOOST_TEST(host.ended.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_stop_of_the_watch_itself_brings_new_questions_and_no_end) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    host.live(160s);
    host.roster.was_away();
    BOOST_TEST(!host.server(0).is_silent(host.now));
    host.live(15s);
    BOOST_TEST(host.ended.empty());
    host.live(60s);
    BOOST_TEST(host.ended.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_address_that_the_host_no_longer_has_ends_nobody) {
    Host host(1);
    host.units[0].listening.address = there;
    host.units[0].invocation = "second";
    host.roster.follow(host.units, host.now);
    host.live(30s);
    host.local = {here};
    host.live(1000s);
    BOOST_TEST(host.ended.empty());
    BOOST_TEST(host.server(0).obstacle ==
               "cannot be asked at 192.0.2.2:27000, which is not an address of this host");

    // Nor does the time before count when it is back.
    host.local = addresses;
    host.hung = {"s00"};
    host.live(170s);
    BOOST_TEST(host.ended.empty());
    host.live(30s);
    BOOST_TEST(host.ended.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_obstacle_is_news_once_until_the_server_answers) {
    Host host(1);
    host.live(30s);
    int told = 0;
    const auto count = [&](const WatchedServer& server) { told += server.has_new_obstacle; };
    host.local.clear();
    for (int i = 0; i < 10; ++i) {
        host.live(10s);
        host.roster.take_news(count);
    }
    BOOST_TEST(told == 1);
    host.local = addresses;
    host.live(20s);
    host.local.clear();
    host.live(20s);
    host.roster.take_news(count);
    BOOST_TEST(told == 2);
}

BOOST_AUTO_TEST_CASE(a_question_that_cannot_be_sent_is_no_silence) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    for (int i = 0; i < 1000; ++i) {
        host.live(1s);
        host.roster.could_not_send("s00", "cannot be asked", host.now);
    }
    BOOST_TEST(host.ended.empty());
}

BOOST_AUTO_TEST_CASE(an_address_that_changes_begins_the_silence_anew) {
    Host host(1);
    host.live(30s);
    host.hung = {"s00"};
    host.live(150s);
    host.local = {there};
    host.live(60s);
    BOOST_TEST(host.ended.empty());
}

BOOST_AUTO_TEST_CASE(questions_are_spread_and_nobody_is_left_out) {
    Host host(1000);
    host.live(20s);
    BOOST_TEST(host.most_asked_at_once <= 208U);
    for (const auto& [name, server] : host.roster.servers())
        BOOST_TEST(server.answers >= 1U);
    host.live(100s);
    for (const auto& [name, server] : host.roster.servers())
        BOOST_TEST(server.answers >= 10U);
}

BOOST_AUTO_TEST_CASE(an_answer_counts_for_whoever_was_asked_there_and_for_nobody_else) {
    Host host(3);
    host.hung = {"s00", "s01", "s02"};
    host.live(1s);
    const std::string reply = info_reply({"c1m1_hotel", 1, 0, 8});
    // Another port, another address.
    (void)host.roster.hear({here, 26999}, reply, host.now, WallTime());
    (void)host.roster.hear({there, 27001}, reply, host.now, WallTime());
    host.live(1s);
    BOOST_TEST(!host.server(1).info.has_value());
    (void)host.roster.hear({here, 27001}, reply, host.now, WallTime());
    host.live(2s);
    BOOST_TEST(host.server(1).info.has_value());
    BOOST_TEST(!host.server(0).info.has_value());
    BOOST_TEST(!host.server(2).info.has_value());
}

BOOST_AUTO_TEST_CASE(two_servers_at_one_port_are_both_asked_and_heard) {
    Host host(2);
    host.units[1].listening = host.units[0].listening;
    host.units[1].invocation = "second";
    host.roster.follow(host.units, host.now);
    host.live(20s);
    BOOST_TEST(host.server(0).answers > 0U);
    BOOST_TEST(host.server(1).answers > 0U);
    BOOST_TEST(host.roster.heard_endpoints().size() == 1U);
    host.units.pop_back();
    BOOST_TEST(host.roster.follow(host.units, host.now) == std::vector<std::string>{"s01"},
               boost::test_tools::per_element());
    host.live(20s);
    BOOST_TEST(host.server(0).answers > 2U);
}

BOOST_AUTO_TEST_CASE(whoever_sends_too_much_is_not_listened_to_until_he_is_asked_again) {
    Host host(2);
    host.live(1s);
    BOOST_TEST(host.roster.heard_endpoints().size() == 2U);
    for (int i = 0; i < 100; ++i)
        (void)host.roster.hear({here, 27000}, "nonsense", host.now, WallTime());
    BOOST_CHECK(host.roster.heard_endpoints() == std::vector<Endpoint>({{here, 27001}}));
    host.live(11s);
    BOOST_TEST(host.roster.heard_endpoints().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_is_named_once_and_forgotten) {
    Host host(2);
    host.live(20s);
    host.units.erase(host.units.begin());
    BOOST_TEST(host.roster.follow(host.units, host.now) == std::vector<std::string>{"s00"},
               boost::test_tools::per_element());
    BOOST_TEST(host.roster.follow(host.units, host.now).empty());
    BOOST_TEST(host.roster.servers().size() == 1U);
    (void)host.roster.hear({here, 27000}, info_reply({"m", 0, 0, 8}), host.now, WallTime());
}

BOOST_AUTO_TEST_CASE(nobody_is_asked_about_candidates_while_there_are_none) {
    Host host(1);
    host.live(30s);
    BOOST_TEST(!host.roster.has_candidates(host.now));
    host.hung = {"s00"};
    host.live(100s);
    BOOST_TEST(!host.roster.has_candidates(host.now));
    BOOST_TEST(host.roster.has_candidates(host.now + 100s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(WatchClocks)

BOOST_AUTO_TEST_CASE(time_counts_from_the_first_look) {
    WatchClock clock;
    BOOST_TEST(!clock.advance(1000s).has_value());
    BOOST_TEST(!clock.advance(1002s).has_value());
    BOOST_TEST((clock.now() == 2s));
}

BOOST_AUTO_TEST_CASE(time_that_nobody_watched_does_not_count) {
    WatchClock clock;
    BOOST_TEST(!clock.advance(1000s).has_value());
    BOOST_TEST((clock.advance(1300s).value() == 300s));
    BOOST_TEST(!clock.advance(1301s).has_value());
    BOOST_TEST((clock.now() == 1s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(WatchEndpoints)

BOOST_AUTO_TEST_CASE(an_address_is_read_and_written_as_everybody_does) {
    BOOST_TEST((parse_ipv4("192.0.2.1") == here));
    BOOST_TEST((parse_ipv4("0.0.0.0") == Address{0}));
    BOOST_TEST(!parse_ipv4("localhost").has_value());
    BOOST_TEST(to_string(Endpoint{here, 27015}) == "192.0.2.1:27015");
}

BOOST_AUTO_TEST_CASE(a_server_is_asked_at_its_own_address) {
    BOOST_TEST((endpoint_to_ask({there, 1}, addresses, {}) == Endpoint{there, 1}));
    BOOST_TEST((endpoint_to_ask({0x7F000001, 1}, addresses, {}) == Endpoint{0x7F000001, 1}));
    BOOST_TEST(!endpoint_to_ask({0x01020304, 1}, addresses, {}).has_value());
}

BOOST_AUTO_TEST_CASE(
    one_that_listens_on_all_is_asked_at_loopback_only_where_there_is_nothing_else) {
    BOOST_TEST((endpoint_to_ask({0, 1}, addresses, {}) == Endpoint{here, 1}));
    BOOST_TEST((endpoint_to_ask({0, 1}, {0x7F000001}, {}) == Endpoint{0x7F000001, 1}));
    BOOST_TEST(!endpoint_to_ask({0, 1}, {}, {}).has_value());
}

BOOST_AUTO_TEST_CASE(it_is_asked_where_it_was_before_as_long_as_that_is_there) {
    BOOST_TEST((endpoint_to_ask({0, 1}, addresses, Endpoint{there, 1}) == Endpoint{there, 1}));
    BOOST_TEST((endpoint_to_ask({0, 1}, {here}, Endpoint{there, 1}) == Endpoint{here, 1}));
    BOOST_TEST((endpoint_to_ask({0, 1}, addresses, Endpoint{0x7F000001, 1}) == Endpoint{here, 1}));
}

BOOST_AUTO_TEST_SUITE_END()
