#include "helper/verbs/server_end.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace left4me;

namespace {

std::string said_of(const std::map<std::string, std::string>& environment) {
    const auto end = read_server_end([&](const char* variable) -> const char* {
        const auto found = environment.find(variable);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
    const auto said = end ? explain_server_end(*end, "alpha", 1700000000) : std::nullopt;
    return said ? to_string(*said) : "";
}

std::string said_of(const std::string& result, const std::string& code, const std::string& status) {
    return said_of({{"SERVICE_RESULT", result}, {"EXIT_CODE", code}, {"EXIT_STATUS", status}});
}

const std::string last_words =
    "journalctl -n 50 -u l4d2@alpha --until @1700000001 shows its last words";
const std::string look = last_words + "; if systemd gives it up, systemctl reset-failed l4d2@alpha "
                                      "before the next start";

} // namespace

BOOST_AUTO_TEST_SUITE(server_end)

BOOST_AUTO_TEST_CASE(nothing_is_said_of_a_clean_end_a_refused_start_or_nobody) {
    BOOST_TEST(said_of({}).empty());
    BOOST_TEST(said_of("success", "exited", "0").empty());
    BOOST_TEST(said_of("success", "killed", "INT").empty());
    // left4me-overlay has refused it, and said why.
    BOOST_TEST(said_of({{"SERVICE_RESULT", "exit-code"}}).empty());
    BOOST_TEST(said_of("exit-code", "", "").empty());
}

BOOST_AUTO_TEST_CASE(a_signal_that_systemd_does_not_stop_it_with_is_said) {
    for (const std::string signal : {"TERM", "HUP"})
        BOOST_TEST(said_of("success", "killed", signal) ==
                   "the server was ended by SIG" + signal +
                       ": unless KillSignal= of its unit says so, that was not systemd's stop, and "
                       "somebody else has sent it");
    BOOST_TEST(said_of("success", "killed", "PIPE").empty());
}

BOOST_AUTO_TEST_CASE(how_a_server_ended_is_said_with_where_its_last_words_are) {
    BOOST_TEST(said_of("exit-code", "exited", "1") == "the server ended with exit code 1: " + look);
    BOOST_TEST(said_of("signal", "killed", "KILL") == "the server was ended by SIGKILL: " + look);
    BOOST_TEST(said_of("core-dump", "dumped", "ABRT") ==
               "the server was ended by SIGABRT and dumped core: " + look);
    BOOST_TEST(said_of("oom-kill", "killed", "KILL") ==
               "the server was killed, since it or the machine had no memory left: journalctl -b "
               "-g oom tells which, and its limit is MemoryMax=; " +
                   look);
    BOOST_TEST(said_of("a-result-of-the-future", "exited", "3") ==
               "the server ended with exit code 3: " + look);
}

BOOST_AUTO_TEST_CASE(what_systemd_could_not_do_is_no_end_of_the_servers) {
    BOOST_TEST(said_of("exit-code", "exited", "203") ==
               "systemd could not execute the server: l4d2ctl check alpha shows what is wrong with "
               "its program");
    BOOST_TEST(said_of("exit-code", "exited", "226") ==
               "systemd could not start the server (exit code 226): \"Process Exit Codes\" in man "
               "systemd.exec names the setting that failed, and systemctl cat l4d2@alpha shows it");
    BOOST_TEST(said_of("exit-code", "exited", "199").starts_with("the server ended with"));
    BOOST_TEST(said_of("exit-code", "exited", "246").starts_with("the server ended with"));
}

BOOST_AUTO_TEST_CASE(a_limit_to_its_time_is_named) {
    const std::string clear = last_words + "; systemctl reset-failed l4d2@alpha clears the failure";
    BOOST_TEST(said_of("timeout", "killed", "KILL") ==
               "the server did not stop in the time of TimeoutStopSec=, and was killed: " + clear);
    BOOST_TEST(said_of("timeout", "exited", "0") ==
               "the server was stopped since a limit to its time had passed, such as "
               "RuntimeMaxSec= or, for an ExecStop=, TimeoutStopSec=: " +
                   clear);
}

BOOST_AUTO_TEST_CASE(what_systemd_would_not_say_is_not_repeated) {
    BOOST_TEST(said_of("exit-code\nlie", "exited", "1").empty());
    BOOST_TEST(said_of("exit-code", "exited; lie", "1").empty());
    BOOST_TEST(said_of("exit-code", "exited", "1\x1b[2J").empty());
    BOOST_TEST(said_of(std::string(33, 'x'), "exited", "1").empty());
    BOOST_TEST(
        said_of(
            {{"SERVICE_RESULT", "signal"}, {"EXIT_CODE", "killed"}, {"EXIT_STATUS", "RTMIN+3"}}) ==
        "the server was ended by SIGRTMIN+3: " + look);
}

BOOST_AUTO_TEST_SUITE_END()
