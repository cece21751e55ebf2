"""l4d2ctl list beside a real systemd: why servers that do not run do not, and what helps."""

import re

from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, instance_env, service
from tests.machine.machine import wait_until
from tests.machine.test_ctl_list import ListCase

# As an argument of perl(1): an address and a port.
SOCKET = "use Socket; socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in({1}, inet_aton(q({0})))); sleep 600"


@on_every_release
class ListOfThoseThatAreDown(ListCase):
    @staticmethod
    def prepare(machine):
        # What fails is not waited for.
        machine.write("/etc/systemd/system/l4d2@.service.d/quick.conf", "[Service]\nRestartSec=0\n")

    def drop_in(self, name, text):
        self.machine.write(f"/etc/systemd/system/{service(name)}.d/own.conf", text)
        self.reload()

    def systemctl(self, verb, name):
        self.machine.run("systemctl", verb, service(name), check=False)

    def wait_for(self, name, state):
        wait_until(lambda: self.server(name)["state"] == state, f"{name} to be {state}: {self.server(name)}")
        return self.server(name)["why"]

    def add_down(self, name, port, text="", **options):
        """One that is to be started at boot, and is not."""
        self.add_instance(name, port, autostart=True, **options)
        if text:
            self.drop_in(name, text)

    def test_a_condition_or_an_assertion_that_did_not_hold_is_named(self):
        for port, kind in enumerate(("Condition", "Assert"), 27901):
            name = kind.lower()
            self.add_down(name, port, f"[Unit]\n{kind}PathExists=/nowhere\n")
            self.assertEqual((self.server(name)["state"], self.server(name)["why"]), ("stopped", None))
            self.systemctl("start", name)
            self.assertEqual(self.wait_for(name, "skipped"),
                             f"it was not started, since {kind}PathExists=/nowhere of its unit did not hold: see to it, and "
                             f"then systemctl start l4d2@{name}")
        self.add_down("command", 27903, "[Service]\nExecCondition=/bin/false\n")
        self.systemctl("start", "command")
        self.assertEqual(self.wait_for("command", "skipped"),
                         "it was not started, since ExecCondition= of its unit did not let it: systemctl cat l4d2@command "
                         "shows that")

    def test_a_bad_setting_is_named_by_who_is_named(self):
        self.add_down("bad", 27904, "[Service]\nExecStart=/bin/true\n")
        self.assertEqual(self.wait_for("bad", "unusable"),
                         "systemd cannot use its unit (bad-setting): systemd-analyze verify l4d2@bad.service names the file "
                         "and the line")
        verified = self.machine.run("systemd-analyze", "verify", service("bad"), check=False)
        self.assertIn("more than one ExecStart= setting", verified.stderr)

    def test_a_mask_is_said(self):
        self.add_down("masked", 27905)
        self.machine.run("systemctl", "mask", "--quiet", service("masked"))
        self.assertEqual(self.wait_for("masked", "masked"),
                         "it is masked, and is not started: systemctl unmask l4d2@masked")

    def test_one_that_somebody_has_ended_did_not_stop(self):
        self.add_down("ended", 27906, "[Service]\nRestart=no\nRestartForceExitStatus=\nRestartForceExitStatus=1\n")
        self.systemctl("start", "ended")
        self.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=TERM", service("ended"))
        self.assertEqual(self.wait_for("ended", "ended"),
                         "somebody ended it with SIGTERM, which is not how systemd stops it: systemctl start l4d2@ended")
        self.systemctl("start", "ended")
        self.systemctl("stop", "ended")
        self.assertEqual((self.server("ended")["state"], self.server("ended")["why"]), ("stopped", None))

    def test_what_took_too_long_is_told(self):
        slow = "[Service]\nRestart=no\nExecStartPre=/bin/sleep 60\nTimeoutStartSec=1\n"
        self.add_instance("start", 27907)
        self.drop_in("start", slow)
        self.systemctl("start", "start")
        self.assertEqual(self.wait_for("start", "failed"),
                         "ExecStartPre=/bin/sleep took longer than TimeoutStartSec=1s, and was ended: systemctl status "
                         "l4d2@start")
        self.add_instance("run", 27908)
        self.drop_in("run", "[Service]\nRestart=no\nRuntimeMaxSec=1\n")
        self.systemctl("start", "run")
        self.assertEqual(self.wait_for("run", "failed"),
                         "it ran for as long as RuntimeMaxSec=1s lets it, and was ended: systemctl cat l4d2@run shows where "
                         "that is set, and systemctl edit l4d2@run sets another")
        self.add_instance("stop", 27909)
        self.drop_in("stop", "[Service]\nRestart=no\nExecStart=\nExecStart=/bin/sh -c 'trap \"\" INT; sleep 60'\n"
                             "TimeoutStopSec=1\n")
        self.systemctl("start", "stop")
        wait_until(lambda: self.server("stop")["state"] == "running", "the server")
        self.systemctl("stop", "stop")
        self.assertEqual(self.wait_for("stop", "failed"),
                         "it did not end within TimeoutStopSec=1s of SIGINT, which stops it, and was killed: systemctl "
                         "reset-failed l4d2@stop clears the failure, and if it was only slow, systemctl edit l4d2@stop "
                         "gives it longer")

    def test_what_an_administrator_runs_around_it_is_not_the_helper(self):
        self.add_instance("before", 27910)
        self.drop_in("before", "[Service]\nRestart=no\nExecStartPre=/bin/sh -c 'exit 77'\n")
        self.systemctl("start", "before")
        self.assertEqual(self.wait_for("before", "failed"),
                         "ExecStartPre=/bin/sh, which runs before it, ended with exit code 77: systemctl status l4d2@before")
        self.add_instance("after", 27911)
        self.drop_in("after", "[Service]\nRestart=no\nExecStopPost=/bin/false\n")
        self.systemctl("start", "after")
        self.systemctl("stop", "after")
        after = self.wait_for("after", "failed")
        self.assertEqual(after, "ExecStopPost=/bin/false, which runs after it, ended with exit code 1: systemctl status "
                                "l4d2@after")
        self.assertFalse(self.server("after")["left_mounted"])

    def test_a_file_that_no_reload_has_read_was_refused_by_nobody(self):
        self.write_env("unread", 27912)
        self.systemctl("start", "unread")
        self.assertEqual(self.wait_for("unread", "failed"),
                         "systemd has not read its instance.env: systemctl daemon-reload, and then systemctl start "
                         "l4d2@unread")
        self.reload()
        self.assertEqual(self.server("unread")["why"],
                         "it failed before the last reload, which has made systemd forget what it was: systemctl start "
                         "l4d2@unread, or journalctl -eu l4d2@unread shows what it said last")
        self.systemctl("start", "unread")
        self.assertEqual((self.server("unread")["state"], self.server("unread")["why"]), ("running", None))

    def test_restarts_by_hand_are_not_called_systemds(self):
        self.add_instance("often", 27913)
        self.systemctl("start", "often")
        self.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=TERM", service("often"))
        wait_until(lambda: self.server("often")["service"]["restarts"] == 1, "its restart")
        wait_until(lambda: self.server("often")["state"] == "running", "the server")
        for _ in range(6):
            self.systemctl("restart", "often")
        self.assertRegex(self.wait_for("often", "failed"),
                         "^it was started too often, more than 5 times within 60 s(: systemctl reset-failed l4d2@often, and "
                         "then start it|, of which 1 was systemd's doing .*)$")

    def test_whoever_has_its_port_is_named(self):
        """A program of a user of its own, one among many of root's, a service, and another server."""
        stop = "stop that, or give this server another L4D2_PORT"
        for port, user in ((27920, "games"), (27921, "root")):
            pid = self.machine.shell(f"setpriv --reuid={user} --clear-groups perl -e '{SOCKET.format('0.0.0.0', port)}' "
                                     "> /dev/null 2>&1 & echo $!").stdout.strip()
            self.addCleanup(self.machine.shell, f"kill {pid}")
            self.assert_port_taken(port, rf"UDP port {port} is taken by perl \(PID {pid}\): {stop}")
        self.machine.write("/etc/systemd/system/valheim.service",
                           f"[Service]\nUser=nobody\nExecStart=perl -e '{SOCKET.format('127.0.0.1', 27922)}'\n")
        self.reload()
        self.machine.run("systemctl", "start", "valheim.service")
        self.addCleanup(self.machine.run, "systemctl", "stop", "valheim.service")
        pid = self.machine.property("valheim.service", "MainPID")
        self.assert_port_taken(27922, rf"UDP port 27922 is taken by perl \(PID {pid}, valheim.service\): {stop}")
        self.start("holder", 27923)
        self.addCleanup(self.systemctl, "stop", "holder")
        self.assert_port_taken(27923, rf"UDP port 27923 is taken by l4d2@holder: {stop}", conflict=True)
        self.assertIn("port 27923 is also that of port-27923", self.server("holder")["why"])

    def assert_port_taken(self, port, words, conflict=False):
        name = f"port-{port}"
        wait_until(lambda: f":{port:04X} " in self.machine.output("cat", "/proc/net/udp"), "the socket")
        self.add_instance(name, port)
        # It is nobody's business until it is to be started.
        self.assertIsNone(self.server(name)["port_taken"])
        self.systemctl("start", name)
        wait_until(lambda: self.server(name)["state"] == "failed", "its failure")
        for user in ("root", "left4me"):
            self.assertRegex(self.server(name, user=user)["port_taken"], f"^{words}$")
        self.assertIn(self.server(name)["port_taken"], self.server(name)["why"])
        found = self.machine.run("l4d2ctl", "check", name, check=False).stdout
        self.assertRegex(found, rf"(?m)^{ROOT}/instances/{name}/instance.env:2: " +
                         ("port 27923 is also that of holder" if conflict else f"{words}$"))

    def test_a_unit_file_of_the_administrators_own_waits_for_a_reload(self):
        self.add_down("own", 27930)
        self.systemctl("start", "own")
        self.assertEqual(self.needs("own"), (False, []))
        directory = f"/etc/systemd/system/{service('own')}.d"
        self.machine.write(f"{directory}/own.conf", "[Service]\nNice=1\n")
        said = f"systemd has not read {directory}/own.conf since it changed: systemctl daemon-reload"
        for user in ("root", "left4me"):
            self.assertEqual((self.needs("own", user=user), self.server("own", user=user)["why"]), ((True, []), said))
        self.reload()
        self.assertEqual((self.needs("own"), self.server("own")["why"]), ((False, []), None))
        # Also one that it knows, and what is gone.
        self.machine.write(f"{directory}/own.conf", "[Service]\nNice=2\n")
        self.assertEqual((self.needs("own"), self.server("own")["why"]), ((True, []), said))
        self.machine.run("rm", "-r", directory)
        self.assertEqual((self.needs("own"), self.server("own")["why"]),
                         ((True, []), "systemd has not read /etc/systemd/system since it changed: systemctl daemon-reload"))
        self.reload()
        self.assertEqual((self.needs("own"), self.server("own")["why"]), ((False, []), None))

    def test_a_port_of_its_own_command_is_its_port(self):
        self.add_instance("another", 27931)
        self.machine.write(f"/usr/local/lib/systemd/system/{service('another')}.d/own.conf",
                           f"[Service]\nExecStart=\nExecStart={ROOT}/runtime/another/merged/srcds_run -port 27932\n")
        self.reload()
        self.systemctl("start", "another")
        another = self.wait_for("another", "running")
        self.assertEqual(another, "its port is 27932 by an ExecStart= of its own, and not the 27931 of its instance.env")
        self.assertEqual(self.needs("another"), (False, []))
        self.assertRegex(self.machine.output("l4d2ctl", "list", "another"), "(?m)^another +running .* 27932 ")

    def test_one_that_has_quit_is_told_from_one_that_was_stopped(self):
        self.add_down("quits", 27940, arguments="+quit")
        self.systemctl("start", "quits")
        wait_until(lambda: self.server("quits")["service"]["active"] == "inactive", "its end")
        self.assertEqual(self.server("quits")["why"],
                         "its server ended by itself, with exit code 0, as after the command quit: journalctl -eu "
                         "l4d2@quits shows what it said last, and systemctl start l4d2@quits starts it")
        self.write_env("quits", 27940, autostart=True)
        self.reload()
        self.systemctl("start", "quits")
        self.systemctl("stop", "quits")
        self.assertIsNone(self.server("quits")["why"])

    def test_one_that_systemd_has_started_again_says_so(self):
        for port, (name, signal) in enumerate((("crashed", "SEGV"), ("killed", "KILL")), 27941):
            self.add_instance(name, port)
            # The journal is asked for what was before the second in which it came up again.
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/slow.conf", "[Service]\nRestartSec=2\n")
            self.reload()
            self.systemctl("start", name)
            self.assertIsNone(self.server(name)["why"])
            wait_until(lambda: "listening on" in self.machine.journal("-u", service(name)), "the server")
            self.machine.run("systemctl", "kill", "--kill-whom=main", f"--signal={signal}", service(name))
            wait_until(lambda: self.server(name)["service"]["restarts"] == 1, lambda: f"its restart: {self.server(name)}")
            said = re.fullmatch(r"its server has ended without having been stopped, and systemd has started it again: "
                                r"(journalctl .*) shows how, and its last words", self.wait_for(name, "running"))
            wait_until(lambda: f"the server was ended by SIG{signal}" in self.machine.output(*said[1].split()),
                       f"what the helper says, by {said[1]}")
            self.systemctl("restart", name)
            self.assertIsNone(self.server(name)["why"])

    def test_a_stop_that_an_ExecStop_holds_up_names_it(self):
        self.add_instance("held", 27943)
        self.drop_in("held", "[Service]\nRestart=no\nExecStop=/bin/sleep 60\nTimeoutStopSec=1\n")
        self.systemctl("start", "held")
        self.systemctl("stop", "held")
        self.assertEqual(self.wait_for("held", "failed"),
                         "an ExecStop= of its unit took longer than TimeoutStopSec=1s, and was ended: systemctl cat "
                         "l4d2@held shows it, and systemctl reset-failed l4d2@held clears the failure")

    def test_a_setting_that_keeps_its_programs_from_being_executed_is_not_the_helpers(self):
        self.add_instance("nobodys", 27944)
        self.drop_in("nobodys", "[Service]\nRestart=no\nUser=no-such-user\n")
        self.systemctl("start", "nobodys")
        self.assertEqual(self.wait_for("nobodys", "failed"),
                         "there is no user of the name in User= of its unit: systemctl cat l4d2@nobodys shows which, and "
                         "RuntimeUser= of left4me.conf may say it")

    def test_an_address_that_no_interface_has_is_told(self):
        self.machine.write(f"{ROOT}/instances/far/instance.env", f"{instance_env(27945)}L4D2_IP=198.51.100.7\n", "left4me")
        self.reload()
        said = ("no network interface of this host has the address 198.51.100.7 now, so the server cannot listen on it: "
                "correct L4D2_IP, or give an interface that address")
        self.systemctl("start", "far")
        self.wait_for("far", "failed")
        self.assertIn(f"; {said}", self.server("far")["why"])
        self.assertIn(f"instance.env:3: {said}\n", self.machine.output("l4d2ctl", "check", "far") + "\n")

    def test_an_overlay_that_is_unmounted_under_its_server_is_told(self):
        self.start("bare", 27946)
        wait_until(lambda: "listening on" in self.machine.journal("-u", service("bare")), "the server")
        self.machine.run("umount", "--lazy", f"{ROOT}/runtime/bare/merged")
        said = ("somebody has unmounted its overlay while it runs, and nothing finds its files by their paths any more: "
                "systemctl restart l4d2@bare, which mounts it again")
        self.assertIn(said, self.machine.output("l4d2ctl", "check", "bare"))
        wait_until(lambda: self.server("bare")["why"] == said, f"the sentence: {self.server('bare')}")
        self.assertEqual(self.needs("bare"), (False, ["upper"]))
        self.systemctl("restart", "bare")
        self.assertEqual((self.wait_for("bare", "running"), self.needs("bare")), (None, (False, [])))

    def test_a_target_that_is_masked_is_told(self):
        self.add_down("waits", 27947)
        self.machine.run("systemctl", "mask", "--quiet", "l4d2.target")
        self.addCleanup(self.machine.run, "systemctl", "unmask", "--quiet", "l4d2.target")
        self.assertIn("l4d2.target is masked, so no server is started at boot: systemctl unmask l4d2.target",
                      self.machine.run("l4d2ctl", "list").stderr)

    def test_what_check_says_of_a_command_or_a_condition_is_what_systemd_does(self):
        for port, (name, text, said) in enumerate((
                ("bare-name", "[Service]\nRestart=no\nExecStart=\nExecStart=srcds_run x\n",
                 "systemd finds no program 'srcds_run' in its search path"),
                ("relative", "[Service]\nExecStart=\nExecStart=merged/srcds_run\n",
                 "systemd takes no program by a relative path like 'merged/srcds_run'"),
                ("two", "[Service]\nExecStart=\nExecStart=/bin/true\nExecStart=/bin/true\n",
                 "this is a second ExecStart=, and systemd refuses a service that has two: take this one out"),
                ("asserted", "[Unit]\nAssertPathExists=/srv/ready\n", "AssertPathExists=/srv/ready does not hold now")), 27950):
            with self.subTest(name):
                self.add_instance(name, port)
                self.drop_in(name, text)
                self.assertNotEqual(self.machine.run("systemctl", "start", service(name), check=False).returncode, 0)
                self.assertIn(said, self.machine.run("l4d2ctl", "check", name, check=False).stdout)

    def test_another_root_under_a_running_server_is_told_with_both_ways_back(self):
        self.start("moved", 27960)
        self.machine.write("/etc/left4me/left4me.conf", "[Paths]\nRoot=/srv/games\n")
        self.machine.shell("mkdir -p /srv/games")
        self.reload()
        try:
            said = (f"it runs in '{ROOT}/runtime/moved', and Root= of left4me.conf is '/srv/games' now: set Root= back, or "
                    "systemctl stop l4d2@moved and move what is in the old root, with instances/moved, to the new one; then "
                    "systemctl daemon-reload")
            wait_until(lambda: self.server("moved")["why"] == said, f"the sentence: {self.server('moved')}")
        finally:
            self.machine.run("rm", "/etc/left4me/left4me.conf")
            self.reload()
        self.assertIsNone(self.server("moved")["why"])
