#include "generator/l4d2ctl/words/service_failure.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

using namespace left4me;
using namespace left4me::ctl;

namespace {

ServerOverview down(const std::string& result) {
    ServerOverview server;
    server.name = "alpha";
    server.service.emplace();
    server.service->result = result;
    return server;
}

ServerOverview failed(const std::string& result, ProcessEnd process, ProcessEnd preparation = {}) {
    ServerOverview server = down(result);
    server.service->active = "failed";
    server.service->sub = "failed";
    server.service->server = std::move(process);
    server.service->preparation = std::move(preparation);
    return server;
}

const std::string look = ": systemctl status l4d2@alpha";
const std::string log_of_it = ": journalctl -eu l4d2@alpha shows what it said last";
constexpr std::uint64_t second = 1'000'000;

} // namespace

BOOST_AUTO_TEST_SUITE(service_failure)

BOOST_AUTO_TEST_CASE(a_failure_is_explained_by_what_ended_how) {
    BOOST_TEST(why_failed(failed("exit-code", {CLD_EXITED, 1})) ==
               "the server ended with exit code 1" + log_of_it);
    ServerOverview again = failed("signal", {CLD_KILLED, SIGSEGV});
    again.service->restarts = 5;
    BOOST_TEST(why_failed(again) ==
               "the server ended with SIGSEGV, restarts so far: 5" + log_of_it);
    BOOST_TEST(why_failed(failed("core-dump", {CLD_DUMPED, 63})) ==
               "the server ended with signal 63 and dumped core" + log_of_it);
    BOOST_TEST(why_failed(failed("exit-code", {CLD_EXITED, 203})) ==
               "srcds_run could not be executed: l4d2ctl check alpha");
    BOOST_TEST(why_failed(failed("oom-kill", {CLD_KILLED, SIGKILL})) ==
               "the machine or its limit was out of memory" + log_of_it);
    BOOST_TEST(why_failed(failed("resources", {})) == "it could not be started (resources)" + look);
}

BOOST_AUTO_TEST_CASE(what_systemd_could_not_execute_before_it_was_not_refused) {
    for (const int code : {200, 216, 226, 245})
        BOOST_TEST(why_failed(failed("exit-code", {}, {CLD_EXITED, code})) ==
                   "systemd could not execute what runs before the server, since a setting of the "
                   "unit does not work: systemd-analyze exit-status " +
                       std::to_string(code) +
                       " names its kind, and systemctl cat l4d2@alpha shows it");
}

BOOST_AUTO_TEST_CASE(a_user_that_there_is_not_is_said) {
    BOOST_TEST(why_failed(failed("exit-code", {}, {CLD_EXITED, 217})) ==
               "there is no user of the name in User= of its unit: systemctl cat l4d2@alpha shows "
               "which, and RuntimeUser= of left4me.conf may say it");
}

BOOST_AUTO_TEST_CASE(a_server_that_has_quit_is_told_from_one_that_was_stopped) {
    ServerOverview server = down("success");
    server.service->server = {CLD_EXITED, 0};
    server.service->server_ended = 5 * second;
    server.service->left_active = 5 * second + 20;
    BOOST_TEST(why_not_started(server) ==
               "its server ended by itself, with exit code 0, as after the command quit: "
               "journalctl -eu l4d2@alpha shows what it said last, and systemctl start l4d2@alpha "
               "starts it");
    server.service->left_active = 5 * second - 20;
    BOOST_TEST(why_not_started(server).empty());
}

BOOST_AUTO_TEST_CASE(an_exit_code_of_0_is_no_failure_of_the_servers) {
    ServerOverview server = failed("protocol", {CLD_EXITED, 0});
    BOOST_TEST(why_failed(server) ==
               "the server ended with exit code 0, and its unit failed (protocol)" + look);
    server.service->sub = "auto-restart";
    BOOST_TEST(why_failed(server) == "the server ended with exit code 0" + log_of_it);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_told_as_it_is_now) {
    ServerOverview server = failed("exit-code", {}, {CLD_EXITED, 77});
    BOOST_TEST(why_failed(server) ==
               "left4me-overlay refused to mount it: systemctl status l4d2@alpha, or as root "
               "l4d2ctl list alpha, says why");
    server.refusal = "a.env:1: the layer 'x' does not exist: make it";
    BOOST_TEST(why_failed(server) ==
               "left4me-overlay refused to mount it: a.env:1: the layer 'x' does not exist: make "
               "it");
    server.refusal = "";
    BOOST_TEST(why_failed(server) == "left4me-overlay refused to mount it, for what is mended, or "
                                     "is in its upper: l4d2ctl check alpha, and then systemctl "
                                     "start l4d2@alpha");
    server.needs_reload = true;
    BOOST_TEST(why_failed(server) == "left4me-overlay refused to mount it, for what is mended, or "
                                     "is in its upper: l4d2ctl check alpha, and then systemctl "
                                     "daemon-reload, and then systemctl start l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(a_file_that_systemd_has_not_read_was_not_refused_by_anybody) {
    ServerOverview server = failed("exit-code", {}, {CLD_EXITED, 66, "/bin/sh"});
    BOOST_TEST(why_failed(server) ==
               "when it was started, there was no instance.env, or systemd had not read it: "
               "systemctl start l4d2@alpha");
    server.needs_reload = true;
    BOOST_TEST(why_failed(server) ==
               "systemd has not read its instance.env: systemctl daemon-reload, and then systemctl "
               "start l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(what_others_do_before_and_after_is_not_the_helpers) {
    BOOST_TEST(why_failed(failed("exit-code", {}, {CLD_EXITED, 77, "/opt/before"})) ==
               "ExecStartPre=/opt/before, which runs before it, ended with exit code 77" + look);
    BOOST_TEST(why_failed(failed("exit-code", {}, {CLD_EXITED, 71})) ==
               "left4me-overlay could not mount it, and ended with exit code 71" + look);
    BOOST_TEST(why_failed(failed("exit-code", {}, {CLD_EXITED, 75})) ==
               "left4me-overlay could not mount it, since what was mounted before is in use" +
                   look);
    ServerOverview server = failed("exit-code", {CLD_EXITED, 0});
    server.service->cleanup = {CLD_EXITED, 1, "/opt/after"};
    BOOST_TEST(why_failed(server) ==
               "ExecStopPost=/opt/after, which runs after it, ended with exit code 1" + look);
}

BOOST_AUTO_TEST_CASE(one_that_is_not_mounted_any_more_could_be_unmounted) {
    ServerOverview server = failed("exit-code", {CLD_EXITED, 0});
    server.service->cleanup = {CLD_EXITED, 75};
    BOOST_TEST(why_failed(server) == "it could not be unmounted when it stopped" + look);
    server.mounted = false;
    BOOST_TEST(why_failed(server) ==
               "it was busy and could not be unmounted when it stopped, and is not mounted any "
               "more: systemctl reset-failed l4d2@alpha");
    server.service->cleanup = {CLD_EXITED, 71};
    BOOST_TEST(why_failed(server) == "its unmounting ended with exit code 71 when it stopped, and "
                                     "is not mounted any more: systemctl reset-failed l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(a_start_a_stop_and_a_run_that_took_too_long_are_told_apart) {
    ServerOverview server = failed("timeout", {CLD_KILLED, SIGKILL});
    BOOST_TEST(why_failed(server) == "it took too long to start or to stop, or ran for longer than "
                                     "RuntimeMaxSec=" +
                                         look);
    TimeLimits& limits = server.service->limits.emplace();
    limits.start = 90 * second;
    limits.stop = 5 * second;
    limits.began = 100 * second;
    limits.active_from = 101 * second;
    limits.active_until = 111 * second;
    const std::string stop =
        "it did not end within TimeoutStopSec=5s of SIGINT, which stops it, and was killed: "
        "systemctl reset-failed l4d2@alpha clears the failure, and if it was only slow, systemctl "
        "edit l4d2@alpha gives it longer";
    BOOST_TEST(why_failed(server) == stop);
    server.service->server = {CLD_KILLED, SIGINT};
    BOOST_TEST(why_failed(server) == "an ExecStop= of its unit took longer than TimeoutStopSec=5s, "
                                     "and was ended: systemctl cat l4d2@alpha shows it, and "
                                     "systemctl reset-failed l4d2@alpha clears the failure");
    server.service->server = {CLD_KILLED, SIGABRT};
    limits.run = 11 * second;
    BOOST_TEST(why_failed(server) == stop);
    limits.run = 10 * second;
    BOOST_TEST(why_failed(server) ==
               "it ran for as long as RuntimeMaxSec=10s lets it, and was ended: systemctl cat "
               "l4d2@alpha shows where that is set, and systemctl edit l4d2@alpha sets another");
    limits.active_from = 90 * second;
    limits.active_until = 95 * second;
    BOOST_TEST(why_failed(server) == "it did not start within TimeoutStartSec=1m 30s" + look);
    // What waits for its next start has begun something else since.
    server.service->sub = "auto-restart";
    BOOST_TEST(why_failed(server) == stop);

    server.service->preparation = {CLD_KILLED, SIGTERM};
    BOOST_TEST(why_failed(server) ==
               "mounting it took longer than TimeoutStartSec=1m 30s, and was ended" + look);
    server.service->preparation.program = "/opt/before";
    BOOST_TEST(why_failed(server) == "ExecStartPre=/opt/before took longer than "
                                     "TimeoutStartSec=1m 30s, and was ended" +
                                         look);
    server.service->preparation = {};
    server.service->cleanup = {CLD_KILLED, SIGTERM};
    BOOST_TEST(why_failed(server) ==
               "unmounting it took longer than TimeoutStopSec=5s, and was ended: "
               "/usr/libexec/left4me/left4me-overlay umount alpha");
    server.mounted = false;
    BOOST_TEST(why_failed(server) ==
               "unmounting it took longer than TimeoutStopSec=5s, and was ended: systemctl "
               "reset-failed l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(a_server_that_was_started_too_often_has_not_failed_for_that) {
    const std::string what_helps = ": systemctl reset-failed l4d2@alpha, and then start it";
    ServerOverview server = failed("start-limit-hit", {});
    BOOST_TEST(why_failed(server) == "it was started too often" + what_helps);
    server.service->start_limit = {5, 60 * second};
    const std::string too_often = "it was started too often, more than 5 times within 60 s";
    BOOST_TEST(why_failed(server) == too_often + what_helps);
    for (const ProcessEnd& end : {ProcessEnd{CLD_EXITED, 0}, ProcessEnd{CLD_KILLED, SIGINT},
                                  ProcessEnd{CLD_KILLED, SIGTERM}}) {
        server.service->server = end;
        BOOST_TEST(why_failed(server) == too_often + what_helps);
    }
    server.service->server = {CLD_EXITED, 1};
    BOOST_TEST(why_failed(server) ==
               "the server ended with exit code 1, and was started too often, more than 5 times "
               "within 60 s" +
                   log_of_it);
}

BOOST_AUTO_TEST_CASE(who_has_started_it_too_often_is_told_as_far_as_it_is_known) {
    ServerOverview server = failed("start-limit-hit", {CLD_KILLED, SIGTERM});
    server.service->start_limit = {5, 60 * second};
    server.service->restarts = 1;
    BOOST_TEST(why_failed(server) ==
               "it was started too often, more than 5 times within 60 s, of which 1 was systemd's "
               "doing after it had ended, the last time with SIGTERM: journalctl -eu l4d2@alpha "
               "shows what it said last; systemctl reset-failed l4d2@alpha, and then start it");
}

BOOST_AUTO_TEST_CASE(what_kept_one_from_being_started_is_told_with_what_helps) {
    ServerOverview server = down("success");
    BOOST_TEST(why_not_started(server) == "");
    server.masked = true;
    BOOST_TEST(why_not_started(server) ==
               "it is masked, and is not started: systemctl unmask l4d2@alpha");
    server.service->active = "active";
    BOOST_TEST(why_not_started(server) == "");
    server = down("success");
    server.service->load = "bad-setting";
    BOOST_TEST(why_not_started(server) ==
               "systemd cannot use its unit (bad-setting): systemd-analyze verify "
               "l4d2@alpha.service names the file and the line");
    server = down("exec-condition");
    BOOST_TEST(why_not_started(server) ==
               "it was not started, since ExecCondition= of its unit did not let it: systemctl cat "
               "l4d2@alpha shows that");
    server = down("success");
    server.service->unmet = {"ConditionPathExists=/srv/x", "ConditionHost=!a"};
    BOOST_TEST(why_not_started(server) ==
               "it was not started, since ConditionPathExists=/srv/x, ConditionHost=!a of its unit "
               "did not hold: see to it, and then systemctl start l4d2@alpha");
    server = down("success");
    server.service->server = {CLD_KILLED, SIGTERM};
    server.service->stop_signal = SIGINT;
    BOOST_TEST(why_not_started(server) ==
               "somebody ended it with SIGTERM, which is not how systemd stops it: systemctl start "
               "l4d2@alpha");
    server.service->stop_signal = SIGTERM;
    BOOST_TEST(why_not_started(server) == "");
    // As after reset-failed.
    server.service->server = {CLD_DUMPED, SIGSEGV};
    BOOST_TEST(why_not_started(server) == "");
}

BOOST_AUTO_TEST_SUITE_END()
