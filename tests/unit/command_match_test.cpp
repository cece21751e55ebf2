#include "generator/instance/server_command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace left4me::game;

namespace {

using Words = std::vector<std::string>;

const Words expected = {"/m/srcds_run", "-port", "1", "+hostname two words", ""};

bool is(CommandMatch match, const Words& running) {
    return match_command(running, expected) == match;
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_match)

BOOST_AUTO_TEST_CASE(a_script_runs_behind_its_interpreter) {
    BOOST_TEST(is(CommandMatch::same, {"/m/srcds_run", "-port", "1", "+hostname two words", ""}));
    BOOST_TEST(is(CommandMatch::same,
                  {"/bin/sh", "/m/srcds_run", "-port", "1", "+hostname two words", ""}));
}

BOOST_AUTO_TEST_CASE(the_server_has_the_words_that_the_script_makes_of_them) {
    BOOST_TEST(
        is(CommandMatch::same, {"./srcds_linux", "-port", "1", "+hostname", "two", "words"}));
}

BOOST_AUTO_TEST_CASE(another_argument_makes_the_difference) {
    BOOST_TEST(is(CommandMatch::differs, {"/bin/sh", "/m/srcds_run", "-port", "2"}));
    BOOST_TEST(
        is(CommandMatch::differs, {"./srcds_linux", "-port", "2", "+hostname", "two", "words"}));
    BOOST_TEST(is(CommandMatch::differs, {"./srcds_linux", "-port", "1"}));
    BOOST_TEST(is(CommandMatch::differs,
                  {"./srcds_linux", "-port", "1", "+hostname", "two", "words", "+map"}));
}

BOOST_AUTO_TEST_CASE(of_another_program_nothing_can_be_said) {
    BOOST_TEST(is(CommandMatch::unknown, {"/usr/bin/sleep", "1"}));
    BOOST_TEST(is(CommandMatch::unknown, {}));
    BOOST_TEST((match_command(expected, Words{}) == CommandMatch::unknown));
}

BOOST_AUTO_TEST_CASE(the_last_port_counts) {
    BOOST_TEST((port_among(Words{"s", "-port", "1", "-port", "27015"}) == 27015));
    BOOST_TEST(!port_among(Words{"s", "-port"}));
    BOOST_TEST(!port_among(Words{"s", "-port", "x"}));
}

BOOST_AUTO_TEST_CASE(the_last_address_counts) {
    BOOST_TEST((address_among(Words{"s", "-ip", "0.0.0.0", "-ip", "10.0.0.5"}) == "10.0.0.5"));
    BOOST_TEST((address_among(Words{"s", "-ip", "127.0.0.1"}) == "127.0.0.1"));
    BOOST_TEST(!address_among(Words{"s", "-ip"}));
    BOOST_TEST(!address_among(Words{"s", "-ip", "x\n"}));
    BOOST_TEST(!address_among(Words{"s", "10.0.0.5"}));
}

BOOST_AUTO_TEST_CASE(a_server_is_no_administrators_own_program) {
    const Words own = {"/usr/bin/sleep", "1000"};
    BOOST_TEST((match_command(Words{"./srcds_linux", "-port", "1"}, own) == CommandMatch::differs));
    BOOST_TEST((match_command(Words{"/usr/bin/sleep", "1000"}, own) == CommandMatch::same));
    BOOST_TEST((match_command(Words{"busybox", "sleep"}, own) == CommandMatch::unknown));
}

BOOST_AUTO_TEST_CASE(what_may_have_become_names_of_files_is_not_compared) {
    const Words pattern = {"/m/srcds_run", "+map", "c1*"};
    BOOST_TEST((match_command(Words{"./srcds_linux", "+map", "c1m1", "c1m2"}, pattern) ==
                CommandMatch::unknown));
    BOOST_TEST(
        (match_command(Words{"sh", "/m/srcds_run", "+map", "c1*"}, pattern) == CommandMatch::same));
}

BOOST_AUTO_TEST_SUITE_END()
