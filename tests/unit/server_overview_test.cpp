#include "generator/l4d2ctl/words/server_overview.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

ServerOverview stopped() {
    ServerOverview server;
    server.name = "alpha";
    server.service = ServiceState{"inactive", "dead", 0, 0, "", {}, {}, {}, 0, {}};
    return server;
}

ServerOverview failed(const std::string& result, ProcessEnd process, ProcessEnd preparation = {}) {
    ServerOverview server = stopped();
    server.service->active = "failed";
    server.service->sub = "failed";
    server.service->result = result;
    server.service->server = process;
    server.service->preparation = preparation;
    return server;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_overview)

BOOST_AUTO_TEST_CASE(a_state_is_one_word) {
    ServerOverview server = stopped();
    BOOST_TEST(state_in_a_word(server) == "stopped");
    server.service->active = "active";
    BOOST_TEST(state_in_a_word(server) == "running");
    server.service->active = "activating";
    BOOST_TEST(state_in_a_word(server) == "starting");
    server.service->sub = "auto-restart";
    BOOST_TEST(state_in_a_word(server) == "restarting");
    server.service->active = "deactivating";
    BOOST_TEST(state_in_a_word(server) == "stopping");
    server.service->active = "failed";
    BOOST_TEST(state_in_a_word(server) == "failed");
    server.service->active = "maintenance";
    BOOST_TEST(state_in_a_word(server) == "maintenance");
    server.service.reset();
    BOOST_TEST(state_in_a_word(server) == "?");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_file_comes_before_how_the_service_is) {
    ServerOverview server = stopped();
    server.file = FileState::unusable;
    BOOST_TEST(state_in_a_word(server) == "broken");
    server.file = FileState::missing;
    BOOST_TEST(state_in_a_word(server) == "missing");
    server.file = FileState::retired;
    BOOST_TEST(state_in_a_word(server) == "retired");
    server.file = FileState::refused;
    BOOST_TEST(state_in_a_word(server) == "refused");
    server.problem = "alpha.env: refused: raise it";
    BOOST_TEST(explain_state(server) == server.problem);
    server.masked = true;
    BOOST_TEST(state_in_a_word(server) == "masked");
}

BOOST_AUTO_TEST_CASE(a_server_that_runs_is_running_whatever_became_of_its_file) {
    ServerOverview server = stopped();
    server.service->active = "active";
    server.file = FileState::unusable;
    server.problem = "alpha.env:1: wrong: mend it";
    BOOST_TEST(state_in_a_word(server) == "running");
    BOOST_TEST(explain_state(server) == "alpha.env:1: wrong: mend it");
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_executed_comes_before_how_it_ended) {
    for (const auto& end : {ProcessEnd{CLD_EXITED, 203}, ProcessEnd{CLD_KILLED, SIGINT}}) {
        ServerOverview server = failed("exit-code", end);
        server.server_fault = "alpha.env:1: srcds_run is empty: copy it";
        BOOST_TEST(explain_state(server) == server.server_fault);
        // What was refused was not executed.
        server.service->preparation = {CLD_EXITED, 77};
        BOOST_TEST(explain_state(server) != server.server_fault);
    }
}

BOOST_AUTO_TEST_CASE(a_failure_is_explained_by_what_ended_how) {
    const auto why = [](const ServerOverview& server) { return explain_state(server); };
    const std::string look = ": systemctl status l4d2@alpha";
    BOOST_TEST(why(failed("exit-code", {CLD_EXITED, 1})) ==
               "the server ended with exit code 1" + look);
    ServerOverview again = failed("signal", {CLD_KILLED, SIGSEGV});
    again.service->restarts = 5;
    BOOST_TEST(why(again) == "the server ended with SIGSEGV, restarts so far: 5" + look);
    BOOST_TEST(why(failed("core-dump", {CLD_DUMPED, 63})) ==
               "the server ended with signal 63" + look);
    BOOST_TEST(why(failed("exit-code", {CLD_EXITED, 203})) ==
               "srcds_run could not be executed: l4d2ctl check alpha");
    BOOST_TEST(why(failed("exit-code", {}, {CLD_EXITED, 77})) ==
               "left4me-overlay refused to mount it: l4d2ctl check alpha, or systemctl status "
               "l4d2@alpha");
    BOOST_TEST(why(failed("exit-code", {}, {CLD_EXITED, 71})) ==
               "what prepares it ended with exit code 71" + look);
    ServerOverview busy = failed("exit-code", {CLD_EXITED, 0});
    busy.service->cleanup = {CLD_EXITED, 75};
    BOOST_TEST(why(busy) == "it could not be unmounted when it stopped" + look);
    busy.mounted = false;
    BOOST_TEST(why(busy) == "it could not be unmounted when it stopped, and is not mounted any "
                            "more: systemctl reset-failed l4d2@alpha");
    BOOST_TEST(why(failed("timeout", {})) == "it did not start or stop in time" + look);
    BOOST_TEST(why(failed("oom-kill", {CLD_KILLED, SIGKILL})) ==
               "the machine or its limit was out of memory" + look);
    BOOST_TEST(why(failed("exit-code", {})) == "it could not be started (exit-code)" + look);
}

BOOST_AUTO_TEST_CASE(a_server_that_was_started_too_often_has_not_failed_for_that) {
    const std::string what_helps = ": systemctl reset-failed l4d2@alpha, and then start it";
    ServerOverview server = failed("start-limit-hit", {});
    BOOST_TEST(explain_state(server) == "it was started too often" + what_helps);
    server.service->start_limit = {5, 60'000'000};
    const std::string too_often = "it was started too often, more than 5 times within 60 s";
    BOOST_TEST(explain_state(server) == too_often + what_helps);
    for (const ProcessEnd end : {ProcessEnd{CLD_EXITED, 0}, ProcessEnd{CLD_KILLED, SIGINT},
                                 ProcessEnd{CLD_KILLED, SIGTERM}}) {
        server.service->server = end;
        BOOST_TEST(explain_state(server) == too_often + what_helps);
    }
    server.service->server = {CLD_EXITED, 1};
    BOOST_TEST(explain_state(server) == "the server ended with exit code 1, and was started too "
                                        "often: systemctl status l4d2@alpha");
    server.service->restarts = 5;
    BOOST_TEST(explain_state(server) == "it ended again and again, restarts so far: 5, and was "
                                        "given up: systemctl status l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(an_overlay_that_a_stop_has_left_is_told_from_one_mounted_by_hand) {
    const std::string left = "it is down, and its overlay is still mounted: "
                             "/usr/libexec/left4me/left4me-overlay umount alpha, which names who "
                             "keeps it";
    const std::string by_hand = "it is down, and its overlay was mounted by hand";
    const auto expect = [](const ServerOverview& server, std::optional<bool> is_left,
                           const std::string& why) {
        BOOST_TEST((is_left_mounted(server) == is_left));
        BOOST_TEST(explain_state(server) == why);
    };
    ServerOverview server = stopped();
    expect(server, std::nullopt, "");
    server.mounted = false;
    expect(server, false, "");
    server.mounted = true;
    expect(server, std::nullopt,
           "it is down, and its overlay is mounted: whether by hand, only root can see");

    // systemd knows of no run, or of one that ended before.
    server.mounted_at = 1'000;
    expect(server, false, by_hand);
    server.service->stopped = 999'900'000;
    expect(server, false, by_hand);
    server.service->stopped = 1'000'900'000;
    expect(server, false, by_hand);
    server.service->stopped = 1'001'000'000;
    expect(server, true, left);

    // Its own unmounting has failed.
    server.service->active = "failed";
    server.service->cleanup = {CLD_EXITED, 75};
    expect(server, true, left);
    server.mounted_at.reset();
    expect(server, true, left);
    server.mounted_at = 1'001;
    expect(server, true, left);
    server.mounted_at = 1'002;
    expect(server, false, "it could not be unmounted when it stopped: systemctl status l4d2@alpha");

    // Beside another failure, both are told.
    ServerOverview crashed = failed("signal", {CLD_KILLED, SIGSEGV});
    crashed.mounted = true;
    crashed.mounted_at = 1;
    crashed.service->stopped = 9'000'000;
    expect(crashed, true, "the server ended with SIGSEGV: systemctl status l4d2@alpha; " + left);

    server.service->active = "active";
    expect(server, false, "");
    server.service->active = "deactivating";
    expect(server, false, "");
}

BOOST_AUTO_TEST_CASE(what_to_do_without_a_file_is_what_helps) {
    ServerOverview server = stopped();
    server.file = FileState::missing;
    BOOST_TEST(explain_state(server) ==
               "there is no instance.env for it any more: systemctl daemon-reload");
    server.service->active = "failed";
    BOOST_TEST(explain_state(server).ends_with("make one, or systemctl reset-failed l4d2@alpha"));
    server.enabled = true;
    BOOST_TEST(explain_state(server).ends_with("make one, or systemctl disable l4d2@alpha"));
    server.file = FileState::retired;
    server.service->active = "active";
    BOOST_TEST(explain_state(server) ==
               "it runs on, and its instance.env is gone: put it back, or systemctl stop "
               "l4d2@alpha, which unmounts it");
    server.service->active = "inactive";
    BOOST_TEST(explain_state(server) ==
               "it is down and mounted, and its instance.env is gone: put it back, or "
               "/usr/libexec/left4me/left4me-overlay umount alpha");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_beside_others_is_told_last) {
    ServerOverview server = stopped();
    server.warning = "a.env:2: port 1 is also that of b: give each server a port of its own";
    BOOST_TEST(explain_state(server) == server.warning);
    server.file = FileState::unusable;
    server.problem = "a.env:1: wrong: mend it";
    BOOST_TEST(explain_state(server) == server.problem);
}

BOOST_AUTO_TEST_CASE(there_is_nothing_to_explain_where_nothing_is_wrong) {
    BOOST_TEST(explain_state(stopped()) == "");
}

BOOST_AUTO_TEST_CASE(json_says_null_where_nothing_is_known) {
    Overview overview;
    overview.servers.push_back(stopped());
    overview.servers.front().service.reset();
    const auto server = nlohmann::json::parse(to_json(overview)).at("instances").at(0);
    for (const char* field : {"service", "why", "file", "problem", "port", "mounted",
                              "left_mounted", "memory", "upper", "needs_reload"})
        BOOST_TEST(server.at(field).is_null(), field);
}

BOOST_AUTO_TEST_CASE(json_takes_bytes_that_are_no_text) {
    Overview overview;
    overview.servers.push_back(stopped());
    overview.servers.front().layers = {"/srv/\xff"};
    const auto server = nlohmann::json::parse(to_json(overview)).at("instances").at(0);
    BOOST_TEST(server.at("layers").at(0).get<std::string>() == "/srv/\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
