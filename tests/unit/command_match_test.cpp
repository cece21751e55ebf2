#include "l4d2ctl/view/command_match.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace left4me::ctl;

namespace {

using Words = std::vector<std::string>;

const Words expected = {"/m/srcds_run", "-port", "1"};

} // namespace

BOOST_AUTO_TEST_SUITE(command_match)

BOOST_AUTO_TEST_CASE(a_script_runs_behind_its_interpreter) {
    BOOST_TEST(
        (match_command(Words{"/m/srcds_run", "-port", "1"}, expected) == CommandMatch::same));
    BOOST_TEST((match_command(Words{"/bin/sh", "/m/srcds_run", "-port", "1"}, expected) ==
                CommandMatch::same));
}

BOOST_AUTO_TEST_CASE(another_argument_makes_the_difference) {
    for (const Words& running :
         {Words{"/bin/sh", "/m/srcds_run", "-port", "2"}, Words{"/m/srcds_run", "-port"},
          Words{"/m/srcds_run", "-port", "1", "+map"}})
        BOOST_TEST((match_command(running, expected) == CommandMatch::differs));
}

BOOST_AUTO_TEST_CASE(of_another_program_nothing_can_be_said) {
    BOOST_TEST((match_command(Words{"/usr/bin/sleep", "1"}, expected) == CommandMatch::unknown));
    BOOST_TEST((match_command(Words{}, expected) == CommandMatch::unknown));
    BOOST_TEST((match_command(expected, Words{}) == CommandMatch::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
