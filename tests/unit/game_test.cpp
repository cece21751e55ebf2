#include "generator/instance/game.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::game;
using namespace std::string_view_literals;

namespace {

std::string problem_with(std::string_view argument) {
    const auto problem = problem_of_argument(argument);
    return problem ? to_string(problem->complaint) : "";
}

constexpr std::string_view forbidden[] = {
    "-game",           "-port",    "-ip",        "-norestart",
    "-strictportbind", "+port",    "+hostport",  "+ip",
    "-autoupdate",     "-binary",  "-gdb",       "-debug",
    "-debuglog",       "-pidfile", "-steam_dir", "-steamcmd_script"};

} // namespace

BOOST_AUTO_TEST_SUITE(game_of_servers)

BOOST_AUTO_TEST_CASE(ordinary_arguments_may_be_passed) {
    for (const char* const argument :
         {"+map", "c1m1_hotel", "-tickrate", "100", "+exec", "server.cfg", "+maxplayers", "$HOME",
          "%n", ";", "Zürich", "-insecure", "27015", "]", "~"})
        BOOST_TEST_CONTEXT(argument)
    BOOST_TEST(problem_with(argument) == "");
}

BOOST_AUTO_TEST_CASE(arguments_that_only_resemble_a_forbidden_one_may_be_passed) {
    for (const char* const argument : {"game", "-games", "-port2", "--port", "port", "-i", "-ips",
                                       "-debug_file", "'-port'", "-port;", "+ports"})
        BOOST_TEST_CONTEXT(argument)
    BOOST_TEST(problem_with(argument) == "");
}

BOOST_AUTO_TEST_CASE(every_forbidden_option_is_refused) {
    for (const std::string_view option : forbidden)
        BOOST_TEST_CONTEXT(option) {
            const auto problem = problem_of_argument(option);
            BOOST_REQUIRE(problem.has_value());
            BOOST_TEST((problem->severity == Severity::error));
        }
}

BOOST_AUTO_TEST_CASE(what_the_wrapper_changes_is_a_warning) {
    for (const std::string_view argument : {"", " ", "my server", "*", "a*b", "c?d", "[e]", "["})
        BOOST_TEST_CONTEXT(argument) {
            const auto problem = problem_of_argument(argument);
            BOOST_REQUIRE(problem.has_value());
            BOOST_TEST((problem->severity == Severity::warning));
        }
}

BOOST_AUTO_TEST_CASE(a_forbidden_option_is_refused_even_if_the_wrapper_changes_the_argument) {
    const auto problem = problem_of_argument("a* -gdb");
    BOOST_REQUIRE(problem.has_value());
    BOOST_TEST((problem->severity == Severity::error));
}

BOOST_AUTO_TEST_CASE(every_forbidden_option_is_refused_in_any_letter_case) {
    for (const std::string_view option : forbidden)
        BOOST_TEST_CONTEXT(option) {
            std::string upper(option);
            std::string mixed(option);
            for (std::size_t i = 0; i < option.size(); ++i)
                if (option[i] >= 'a' && option[i] <= 'z') {
                    upper[i] = static_cast<char>(option[i] - 'a' + 'A');
                    mixed[i] = i % 2 == 0 ? upper[i] : mixed[i];
                }
            BOOST_TEST(problem_of_argument(upper).has_value());
            BOOST_TEST(problem_of_argument(mixed).has_value());
        }
}

BOOST_AUTO_TEST_CASE(a_forbidden_option_inside_an_argument_that_is_split_again_is_refused) {
    for (const std::string_view option : forbidden)
        BOOST_TEST_CONTEXT(option) {
            const std::string text(option);
            BOOST_TEST(problem_of_argument("a " + text).has_value());
            BOOST_TEST(problem_of_argument(text + " b").has_value());
            BOOST_TEST(problem_of_argument("a  " + text + "  b").has_value());
            BOOST_TEST(problem_of_argument(" " + text).has_value());
        }
}

BOOST_AUTO_TEST_CASE(the_problem_names_the_word_and_what_to_do) {
    BOOST_TEST(problem_with("-game") == "the argument '-game' is set for every server: remove it");
    BOOST_TEST(problem_with("x -PORT y") ==
               "the argument '-PORT' is set for every server: remove it and set L4D2_PORT");
    BOOST_TEST(problem_with("+hostport") == "the argument '+hostport' would take another port than "
                                            "L4D2_PORT: remove it and set L4D2_PORT");
    BOOST_TEST(problem_with("-pidfile") ==
               "the argument '-pidfile' would let the server run, write "
               "or delete any file: remove it");
    BOOST_TEST(problem_with("-autoupdate") ==
               "the argument '-autoupdate' would write the game into the instance's upper layer: "
               "remove it and update the installation layer");
}

BOOST_AUTO_TEST_CASE(a_control_character_is_refused) {
    for (const std::string_view argument :
         {"a\nb"sv, "a\tb"sv, "a\0b"sv, "\x1b"sv, "a\x7f"sv, "a\r"sv, "a\t-port"sv})
        BOOST_TEST_CONTEXT(argument)
    BOOST_TEST(problem_with(argument).ends_with(" has a control character: remove it"));
    BOOST_TEST(problem_with("a\nb") == "the argument 'a\\x0ab' has a control character: remove it");
}

BOOST_AUTO_TEST_CASE(a_wrapper_executes_the_server_where_it_names_it_outside_of_comments) {
    BOOST_TEST(game::executes_server("#!/bin/sh\nHL=./srcds_linux\n"));
    BOOST_TEST(game::executes_server("#!/bin/sh\nexec ./srcds_linux $* # the server\n"));
    BOOST_TEST(!game::executes_server("#!/bin/sh\n# not ./srcds_linux\nexec sleep 1\n"));
    BOOST_TEST(!game::executes_server("#!/bin/sh\nexec sleep 1\n"));
    BOOST_TEST(!game::executes_server("exec ./srcds_linux\n"));
}

BOOST_AUTO_TEST_SUITE_END()
