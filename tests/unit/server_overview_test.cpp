#include "generator/l4d2ctl/words/server_overview.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

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

BOOST_AUTO_TEST_CASE(an_overlay_that_a_stop_has_left_is_told_from_one_mounted_by_hand) {
    const std::string left = "it is down, and its overlay is still mounted: "
                             "/usr/libexec/left4me/left4me-overlay umount alpha, which names who "
                             "keeps it";
    const std::string by_hand = "it is down, and its overlay was mounted by hand: "
                                "/usr/libexec/left4me/left4me-overlay umount alpha takes it down";
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
    expect(crashed, true,
           "the server ended with SIGSEGV: journalctl -eu l4d2@alpha shows what it said last; " +
               left);

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
    BOOST_TEST(explain_state(server).ends_with(
        "make one, or, if its name was mistyped, systemctl reset-failed l4d2@alpha"));
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

BOOST_AUTO_TEST_CASE(a_name_of_an_earlier_version_is_told_and_its_unit_by_its_whole_name) {
    ServerOverview server = stopped();
    server.name = "a.service";
    server.file = FileState::retired;
    server.service->active = "active";
    BOOST_TEST(explain_state(server) ==
               "it runs on, and its name ends in .service, as no instance's may any more: rename "
               "its directory, or systemctl stop l4d2@a.service.service, which unmounts it");
    server.file = FileState::missing;
    server.enabled = true;
    BOOST_TEST(explain_state(server).ends_with("systemctl disable l4d2@a.service.service"));
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

BOOST_AUTO_TEST_CASE(a_server_that_is_down_says_in_its_state_what_kept_or_ended_it) {
    ServerOverview server = stopped();
    server.service->load = "bad-setting";
    BOOST_TEST(state_in_a_word(server) == "unusable");
    server.service->load = "masked";
    BOOST_TEST(state_in_a_word(server) == "masked");
    server.service->load = "loaded";
    server.service->unmet = {"ConditionPathExists=/srv"};
    BOOST_TEST(state_in_a_word(server) == "skipped");
    server.service->unmet.clear();
    server.service->server = {CLD_KILLED, SIGTERM};
    BOOST_TEST(state_in_a_word(server) == "stopped");
    server.service->stop_signal = SIGINT;
    BOOST_TEST(state_in_a_word(server) == "ended");
    server.service->active = "active";
    BOOST_TEST(state_in_a_word(server) == "running");
}

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_is_told_a_sentence_each) {
    ServerOverview server = failed("exit-code", {CLD_EXITED, 1});
    server.warning = "a.env:2: port 1 is also that of b: give each server a port of its own";
    server.file_warning = "a.env:3: unknown key X is ignored: remove it";
    const std::string why = "the server ended with exit code 1: journalctl -eu l4d2@alpha shows "
                            "what it said last";
    BOOST_TEST(what_is_wrong(server) ==
                   (std::vector<std::string>{why, server.warning, server.file_warning}),
               boost::test_tools::per_element());
    server.port_taken = "UDP port 1 is taken by l4d2@b: stop that";
    BOOST_TEST(what_is_wrong(server) ==
                   (std::vector<std::string>{why, server.port_taken, server.file_warning}),
               boost::test_tools::per_element());
    BOOST_TEST(explain_state(server) ==
               why + "; " + server.port_taken + "; " + server.file_warning);
}

BOOST_AUTO_TEST_CASE(what_a_running_server_has_of_before_is_told) {
    ServerOverview server = stopped();
    server.service->active = "active";
    server.started_between = "between";
    server.layers_replaced = "replaced";
    server.unread_file = "/etc/systemd/system/l4d2@alpha.service.d";
    server.port = 27015;
    server.command_port = 27016;
    BOOST_TEST(what_is_wrong(server) ==
                   (std::vector<std::string>{
                       "between", "replaced",
                       "systemd has not read /etc/systemd/system/l4d2@alpha.service.d since it "
                       "changed: systemctl daemon-reload",
                       "its port is 27016 by an ExecStart= of its own, and not the 27015 of its "
                       "instance.env"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
