#include "generator/instance/game.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::game;
using namespace std::string_view_literals;

namespace {

std::string problem_with(std::string_view argument) {
    const auto problem = problem_of_argument(argument);
    return problem ? to_string(problem->complaint) : "";
}

constexpr auto forbidden = std::to_array<std::string_view>(
    {"-game",     "-port",     "-ip",         "-norestart", "-strictportbind",  "+port",
     "+hostport", "+ip",       "-autoupdate", "-basedir",   "-binary",          "-gdb",
     "-debug",    "-debuglog", "-fork",       "-help",      "-ignoresigint",    "-netconport",
     "-pidfile",  "-reuse",    "-steam_dir",  "-vcrrecord", "-steamcmd_script", "-vproject"});

std::string password_warning(const std::string& option) {
    return "everybody on this host can read what the argument '" + option +
           "' sets, by systemctl show or in /proc/PID/cmdline, whatever the mode of this file: "
           "remove it" +
           (option.starts_with('+') ? ", and set it in a file as left4me-instance.env(5) says "
                                      "below PASSWORDS"
                                    : "");
}

} // namespace

BOOST_AUTO_TEST_SUITE(game_of_servers)

BOOST_AUTO_TEST_CASE(ordinary_arguments_may_be_passed) {
    for (const char* const argument :
         {"+map", "c1m1_hotel", "-tickrate", "100", "+exec", "server.cfg", "+maxplayers", "$HOME",
          "%n", ";", "Zürich", "-insecure", "27015", "]", "~"})
        BOOST_TEST_CONTEXT(argument)
    BOOST_TEST(problem_with(argument) == "");
}

BOOST_AUTO_TEST_CASE(what_breaks_no_promise_is_passed_without_a_word) {
    for (const char* const argument :
         {"-condebug",  "-conclearlog",    "-consolelog",   "-usercon",      "-nohltv",
          "-hltv",      "-tvmasteronly",   "-insecure",     "-secure",       "-nobots",
          "-textmode",  "-dumplongticks",  "-timeout",      "-notrap",       "-steamerr",
          "-beta",      "-console",        "-nomaster",     "-nobreakpad",   "-nominidumps",
          "-dev",       "-tickrate",       "-maxplayers",   "-threads",      "-pingboost",
          "-noipx",     "-steamport",      "-clientport",   "+clientport",   "+tv_port",
          "+tv_enable", "+net_public_adr", "+hostip",       "-net_port_try", "+sv_lan",
          "+log",       "+fps_max",        "+sv_steamgroup"})
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

BOOST_AUTO_TEST_CASE(quotes_around_blanks_are_said_to_do_nothing) {
    BOOST_TEST(
        problem_with("c2m1_highway coop") ==
        "the argument 'c2m1_highway coop' is split at its blanks by srcds_run, and its quotes "
        "do nothing: leave them out, or put a setting that needs them into a server.cfg of a "
        "layer");
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
    BOOST_TEST(problem_with("-ip") ==
               "the argument '-ip' is set for every server: remove it and set L4D2_IP");
    BOOST_TEST(problem_with("+IP") == "the argument '+IP' would listen on another address than "
                                      "L4D2_IP: remove it and set L4D2_IP");
    BOOST_TEST(problem_with("-fork") ==
               "the argument '-fork' would start servers that systemd knows nothing of: remove it "
               "and make an instance of each server");
    BOOST_TEST(problem_with("-netconport") ==
               "the argument '-netconport' would open a console on a TCP port of its own: remove "
               "it and use RCON, on the port of L4D2_PORT");
    BOOST_TEST(problem_with("-ignoresigint") ==
               "the argument '-ignoresigint' would ignore SIGINT, with which systemd stops a "
               "server: remove it");
    BOOST_TEST(problem_with("-reuse") ==
               "the argument '-reuse' would let another server take the same port: remove it");
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

BOOST_AUTO_TEST_CASE(a_password_is_a_warning_in_any_form) {
    for (const std::string option :
         {"+rcon_password", "+sv_password", "+tv_password", "+tv_relaypassword", "+RCON_Password",
          "+sv_setsteamaccount", "-sv_setsteamaccount", "-authkey", "-netconpassword", "-steampass",
          "+sv_logsecret", "-rcon_password", "+password"})
        BOOST_TEST_CONTEXT(option) {
            BOOST_TEST(problem_with(option) == password_warning(option));
            BOOST_TEST(problem_with(option + "=secret") == password_warning(option));
            BOOST_TEST(problem_with(option + " secret") == password_warning(option));
            BOOST_TEST(problem_with("+map x " + option + " *") == password_warning(option));
            BOOST_TEST((problem_of_argument(option)->severity == Severity::warning));
        }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_password_is_passed_without_a_word) {
    for (const char* const argument :
         {"rcon_password", "password", "password.cfg", "+rcon_passwords", "+exec", "=password",
          "+hostname=password", "+sv_steamgroup", "+sv_password_x"})
        BOOST_TEST_CONTEXT(argument)
    BOOST_TEST(problem_with(argument) == "");
}

BOOST_AUTO_TEST_CASE(an_argument_with_a_password_is_named_by_its_option) {
    BOOST_TEST(to_string(problem_of_argument("x\n", "+rcon_password")->complaint) ==
               "the argument behind '+rcon_password' has a control character: remove it");
    BOOST_TEST(problem_with("+rcon_password=x\n") ==
               "the argument '+rcon_password' has a control character: remove it");
}

BOOST_AUTO_TEST_CASE(nothing_that_is_said_repeats_a_password) {
    for (const char* const value : {"a*b", "what?", "[x]", "two words", ""}) {
        BOOST_TEST(problem_of_argument(value).has_value());
        for (const char* const option : {"+rcon_password", "-AuthKey", "+map x +sv_password"})
            BOOST_TEST(!problem_of_argument(value, option).has_value());
        for (const char* const option : {"+hostname", "+rcon_password=x", "", "+rcon_password x"})
            BOOST_TEST(problem_of_argument(value, option).has_value());
    }
    BOOST_TEST((problem_of_argument("-gdb", "+rcon_password")->severity == Severity::error));
    BOOST_TEST(!problem_of_argument("+sm_cvar rcon_password a*b").has_value());
}

BOOST_AUTO_TEST_CASE(a_wrapper_executes_the_server_where_it_names_it_outside_of_comments) {
    BOOST_TEST(game::executes_server("#!/bin/sh\nHL=./srcds_linux\n"));
    BOOST_TEST(game::executes_server("#!/bin/sh\nexec ./srcds_linux $* # the server\n"));
    BOOST_TEST(!game::executes_server("#!/bin/sh\n# not ./srcds_linux\nexec sleep 1\n"));
    BOOST_TEST(!game::executes_server("#!/bin/sh\nexec sleep 1\n"));
    BOOST_TEST(!game::executes_server("exec ./srcds_linux\n"));
}

BOOST_AUTO_TEST_SUITE_END()
