#include "generator/await/empty_wait.hpp"

#include "generator/await/changed_servers.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::await;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};

watch::ServerAnswer answer(unsigned players, const std::string& answered) {
    return {"c1m1_hotel", players, 0, 8, answered, 0, Health::watch};
}

void expect(const EmptyWait& wait, EmptyWait::State state, const std::string& reason) {
    BOOST_TEST((wait.state() == state));
    BOOST_TEST(wait.reason() == reason);
}

} // namespace

BOOST_AUTO_TEST_SUITE(empty_wait)

BOOST_AUTO_TEST_CASE(two_answers_in_a_row_have_to_say_that_nobody_plays) {
    EmptyWait wait("alpha", start);
    wait.see(answer(2, "1"), start);
    expect(wait, EmptyWait::State::waiting, "2 players");
    wait.see(answer(0, "2"), start + 10s);
    expect(wait, EmptyWait::State::waiting, "nobody plays, asking once more");
    wait.see(answer(1, "3"), start + 20s);
    expect(wait, EmptyWait::State::waiting, "1 player");
    wait.see(answer(0, "4"), start + 30s);
    wait.see(answer(0, "5"), start + 40s);
    BOOST_TEST((wait.state() == EmptyWait::State::empty));
}

BOOST_AUTO_TEST_CASE(the_same_answer_is_not_two) {
    EmptyWait wait("alpha", start);
    for (const auto passed : {0s, 1s, 2s, 100s})
        wait.see(answer(0, "1"), start + passed);
    BOOST_TEST((wait.state() == EmptyWait::State::waiting));
}

BOOST_AUTO_TEST_CASE(a_bot_is_no_player) {
    EmptyWait wait("alpha", start);
    for (const std::string answered : {"1", "2"}) {
        watch::ServerAnswer bots = answer(0, answered);
        bots.bots = 4;
        wait.see(bots, start);
    }
    BOOST_TEST((wait.state() == EmptyWait::State::empty));
}

BOOST_AUTO_TEST_CASE(it_fails_at_once_where_nobody_can_tell) {
    using Answer = std::optional<watch::ServerAnswer>;
    watch::ServerAnswer off = answer(0, "1");
    off.health = Health::off;
    watch::ServerAnswer silent = answer(0, "1");
    silent.silent_seconds = 180;
    for (const auto& [seen, reason] :
         {std::pair<Answer, std::string>{{},
                                         "nobody asks it who plays: it is down, L4D2_HEALTH=off, "
                                         "or left4me-watch does not run"},
          {off, "nobody asks it who plays: L4D2_HEALTH=off"},
          {silent, "it has not answered for 180 s"}}) {
        EmptyWait wait("alpha", start);
        wait.see(seen, start);
        expect(wait, EmptyWait::State::failed, reason);
        wait.see(answer(0, "2"), start);
        BOOST_TEST((wait.state() == EmptyWait::State::failed));
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_has_just_been_started_has_its_time_to_answer) {
    EmptyWait wait("alpha", start);
    wait.see(answer(0, ""), start);
    expect(wait, EmptyWait::State::waiting, "no answer yet");
    wait.see(answer(0, "1"), start + 10s);
    expect(wait, EmptyWait::State::waiting, "nobody plays, asking once more");
    EmptyWait mute("beta", start);
    mute.see(answer(0, ""), start + 15s);
    expect(mute, EmptyWait::State::failed, "it has not answered since it was started");
}

BOOST_AUTO_TEST_CASE(a_map_change_is_waited_for_and_a_watcher_that_is_gone_is_not) {
    EmptyWait wait("alpha", start);
    wait.see(answer(1, "1"), start);
    wait.see(answer(1, "1"), start + 179s);
    expect(wait, EmptyWait::State::waiting, "1 player");
    wait.see(answer(1, "1"), start + 180s);
    expect(wait, EmptyWait::State::failed, "left4me-watch has had no answer for 180 s");
}

BOOST_AUTO_TEST_CASE(who_needs_a_restart_stands_in_the_list) {
    using Names = std::vector<std::string>;
    const auto names = servers_to_restart(
        R"({"instances": [{"name": "alpha", "needs_restart": ["layers"]},)"
        R"( {"name": "beta", "needs_restart": []}, {"name": "gamma", "needs_restart": ["reload"]},)"
        R"( {"name": "../x", "needs_restart": ["reload"]}]})");
    BOOST_REQUIRE(names.has_value());
    BOOST_TEST(*names == (Names{"alpha", "gamma"}), boost::test_tools::per_element());
    for (const char* const text : {"", "{}", R"({"instances": [{}]})"})
        BOOST_TEST(!servers_to_restart(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
