#include "generator/l4d2ctl/words/ctl_command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace left4me::ctl;

namespace {

CommandLineReading parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "l4d2ctl");
    return parse_command_line(arguments);
}

} // namespace

BOOST_AUTO_TEST_SUITE(ctl_command_line)

BOOST_AUTO_TEST_CASE(a_verb_takes_names_and_options_in_any_order) {
    const auto reading = parse({"list", "alpha", "--json", "beta", "--root=/srv"});
    BOOST_REQUIRE(reading.command_line);
    BOOST_TEST((reading.command_line->verb == Verb::list));
    BOOST_TEST(reading.command_line->json);
    BOOST_TEST(reading.command_line->root == "/srv");
    BOOST_TEST(reading.command_line->names == (std::vector<std::string>{"alpha", "beta"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused_in_words) {
    for (const auto& arguments :
         std::vector<std::vector<const char*>>{{},
                                               {"lists"},
                                               {"list", "--no"},
                                               {"list", "../x"},
                                               {"explain"},
                                               {"explain", "a", "b"},
                                               {"layers", "--drift", "--file", "x"},
                                               {"layers", "--file=", "alpha"},
                                               {"layers", "--file", "", "alpha"},
                                               {"list", "--root="},
                                               {"list", "--drift"},
                                               {"diff", ""}}) {
        const auto reading = parse(arguments);
        BOOST_TEST(!reading.command_line);
        BOOST_TEST(!reading.answered);
        BOOST_TEST(!reading.text.empty());
    }
}

BOOST_AUTO_TEST_CASE(help_and_the_version_are_answers) {
    for (const auto& arguments :
         std::vector<std::vector<const char*>>{{"--help"}, {"--version"}, {"list", "--help"}}) {
        const auto reading = parse(arguments);
        BOOST_TEST(!reading.command_line);
        BOOST_TEST(reading.answered);
        BOOST_TEST(reading.text.ends_with('\n'));
    }
}

BOOST_AUTO_TEST_CASE(this_host_is_this_host_however_it_is_written) {
    for (const char* root : {"--root=/", "--root=//", "--root=/.", "--root=/x/.."}) {
        const auto reading = parse({"list", root});
        BOOST_REQUIRE(reading.command_line);
        BOOST_TEST(reading.command_line->root == "/");
    }
}

BOOST_AUTO_TEST_CASE(an_instance_may_be_called_as_systemctl_calls_it) {
    for (const char* verb : {"list", "check", "explain", "diff", "layers"}) {
        const auto reading = parse({verb, "l4d2@alpha.service"});
        BOOST_REQUIRE(reading.command_line);
        BOOST_TEST(reading.command_line->names.front() == "alpha");
    }
}

BOOST_AUTO_TEST_CASE(check_takes_files_as_well) {
    const auto reading = parse({"check", "alpha", "../beta/instance.env"});
    BOOST_REQUIRE(reading.command_line);
    BOOST_TEST(reading.command_line->names.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
