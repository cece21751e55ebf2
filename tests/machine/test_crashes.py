"""Servers that die, that hang, and that leave somebody behind in their tree."""

import time

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, merged, service
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"


class ServerCase:
    """What an operator does to a server, and looks at."""

    def start(self, name, port, settings="", **options):
        """A new instance, running, with `settings` as lines of its [Service]."""
        if settings:
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", f"[Service]\n{settings}\n")
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))

    def state(self, name):
        return tuple(self.machine.property(service(name), key) for key in ("ActiveState", "Result"))

    def pid(self, name):
        """The server's pid inside; 0 when there is none."""
        return int(self.machine.property(service(name), "MainPID"))

    def send(self, signal, name):
        """Sends a signal to the server; returns the pid it had."""
        pid = self.pid(name)
        self.machine.shell(f"kill -{signal} {pid}")
        return pid

    def wait_for_another(self, name, pid):
        wait_until(lambda: self.pid(name) not in (0, pid), f"another server {name} than {pid}")

    def listening(self, name, times):
        """Waits until the server has begun to listen for the n-th time."""
        wait_until(lambda: self.machine.journal("-u", service(name)).count("listening on") == times,
                   f"{name} to listen for the {times}. time")

    def status(self, name):
        return self.machine.run("systemctl", "status", "--full", "--lines=30", service(name), check=False).stdout

    def records(self, name):
        return self.machine.output("find", "/run/left4me", "-name", f"{name}.*").split()

    def assert_nothing_left(self, name):
        self.assert_nothing_mounted(name)
        self.assertEqual(self.records(name), [])
        # No restart is pending either.
        self.assertEqual(self.machine.property(service(name), "Job"), "")
        self.assertEqual(self.pid(name), 0)


@on_every_release
class Crashes(ServerCase):
    """A server that is killed, or does not end."""

    @staticmethod
    def prepare(machine):
        machine.write(f"{ROOT}/overlays/deaf/srcds_run", "#!/bin/sh\ntrap '' INT\necho deaf\nexec sleep infinity\n",
                      "l4d2-sandbox", 0o755)

    def test_a_killed_server_is_restarted_after_restart_sec_on_its_own_files(self):
        self.start("killed", 27420, "RestartSec=700ms", arguments="'+write cfg/kept.cfg'")
        self.listening("killed", 1)
        died = time.monotonic()
        pid = self.send("KILL", "killed")
        self.wait_for_another("killed", pid)
        self.assertGreater(time.monotonic() - died, 0.7)
        self.listening("killed", 2)
        self.assert_active("killed")
        self.assertEqual(self.machine.property(service("killed"), "NRestarts"), "1")
        self.assertEqual(self.machine.output("cat", f"{merged('killed')}/left4dead2/cfg/kept.cfg"),
                         "// port 27420\n// port 27420")
        self.assertEqual(ask_server(self.machine, 27420)["name"], "stand-in on 27420")
        self.assertIn("/run/left4me/killed.json", self.records("killed"))
        self.machine.run("systemctl", "stop", service("killed"))
        self.assertEqual(self.state("killed"), ("inactive", "success"))
        self.assert_nothing_left("killed")

    def test_a_server_that_is_killed_five_times_is_given_up_and_nothing_stays_mounted(self):
        self.start("doomed", 27421, "RestartSec=10ms")
        for _ in range(4):
            self.wait_for_another("doomed", self.send("KILL", "doomed"))
        self.send("KILL", "doomed")
        wait_until(lambda: "Start request repeated too quickly" in self.machine.journal("-u", service("doomed")),
                   "systemd to give it up")
        self.machine.wait_for_property(service("doomed"), "ActiveState", "failed")
        wait_until(lambda: merged("doomed") not in self.machine.mounts() and not self.records("doomed"),
                   "the unmount after it was given up")
        self.assertEqual(self.pid("doomed"), 0)

    def test_a_server_that_ignores_sigint_is_killed_after_timeout_stop_sec_and_unmounted(self):
        self.start("deaf", 27422, "TimeoutStopSec=1s", layers=("overlays/deaf", "installation"))
        wait_until(lambda: "deaf" in self.machine.journal("-u", service("deaf")).splitlines(), "the server's trap")
        began = time.monotonic()
        self.machine.run("systemctl", "stop", service("deaf"))
        took = time.monotonic() - began
        self.assertGreater(took, 1)
        self.assertLess(took, 3)
        self.assertEqual(self.state("deaf"), ("failed", "timeout"))
        self.assert_nothing_left("deaf")

    def test_systemctl_kill_ends_a_server_until_its_restart_and_for_good_only_if_it_then_ends_cleanly(self):
        self.start("ended", 27423, "RestartSec=10ms")
        self.listening("ended", 1)
        for number, signal in enumerate(("SIGKILL", "SIGTERM", "SIGHUP"), 2):
            pid = self.pid("ended")
            self.machine.run("systemctl", "kill", f"--signal={signal}", service("ended"))
            self.wait_for_another("ended", pid)
            self.listening("ended", number)
        # Which has a handler, and is as good as quit on its console.
        self.machine.run("systemctl", "kill", "--signal=SIGINT", service("ended"))
        self.machine.wait_for_property(service("ended"), "ActiveState", "inactive")
        self.assertEqual(self.state("ended"), ("inactive", "success"))
        self.assert_nothing_left("ended")

    def wait_for_restart_wait(self, name):
        """Kills the server, and returns while systemd waits for RestartSec= to pass."""
        self.send("KILL", name)
        self.machine.wait_for_property(service(name), "SubState", "auto-restart")

    def test_while_systemd_waits_to_restart_a_server_a_restart_comes_at_once_and_a_stop_is_final(self):
        self.start("waiting", 27424, "RestartSec=1h")
        self.listening("waiting", 1)
        self.wait_for_restart_wait("waiting")
        self.assert_nothing_mounted("waiting")
        began = time.monotonic()
        self.machine.run("systemctl", "restart", service("waiting"))
        self.assert_active("waiting")
        self.listening("waiting", 2)
        self.assertLess(time.monotonic() - began, 10)

        self.wait_for_restart_wait("waiting")
        self.machine.run("systemctl", "stop", service("waiting"))
        self.assertIn(self.state("waiting")[0], ("inactive", "failed"))
        self.assert_nothing_left("waiting")
        self.machine.run("systemctl", "start", service("waiting"))
        self.assert_active("waiting")

    def test_a_server_that_is_stopped_while_left4me_conf_cannot_be_used_is_unmounted(self):
        self.start("orphaned", 27425)
        self.machine.write("/etc/left4me/left4me.conf", "[Paths]\nRoot=nowhere\n")
        self.machine.run("systemctl", "daemon-reload")
        self.assert_active("orphaned")
        self.machine.run("systemctl", "stop", service("orphaned"))
        self.machine.run("rm", "/etc/left4me/left4me.conf")
        self.assertEqual(self.state("orphaned"), ("inactive", "success"))
        self.assertNotIn(merged("orphaned"), self.machine.mounts())
        self.assertEqual(self.records("orphaned"), [])


@on_every_release
class LeftBehind(ServerCase):
    """Somebody else is in a server's tree when the server is stopped."""

    SERVERS = {"shell": 27401, "reader": 27402, "writer": 27403, "kept": 27404}
    HOLD = {"shell": "cd {merged} && exec sleep infinity",
            "reader": "exec sleep infinity < {merged}/left4dead2/gameinfo.txt",
            "writer": "exec sleep infinity >> {merged}/left4dead2/cfg/server.cfg",
            "kept": "exec sleep infinity >> {merged}/left4dead2/cfg/server.cfg"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, port in cls.SERVERS.items():
            game_host.add_instance(cls.machine, name, port)
        cls.machine.run("systemctl", "daemon-reload")
        cls.machine.run("systemctl", "start", *map(service, cls.SERVERS))
        cls.holders = {name: cls.settle_in(name) for name in cls.SERVERS}
        began = time.monotonic()
        cls.machine.run("systemctl", "stop", *map(service, cls.SERVERS))
        cls.stop_took = time.monotonic() - began

    @classmethod
    def settle_in(cls, name):
        """A process of left4me's outside of the unit; its pid."""
        hold = cls.HOLD[name].format(merged=merged(name))
        pid = int(cls.machine.shell(f"setsid setpriv --reuid=left4me --regid=left4me --clear-groups sh -c '{hold}' "
                                    "</dev/null >/dev/null 2>&1 & echo $!").stdout)
        wait_until(lambda: merged(name) in cls.machine.shell(f"readlink /proc/{pid}/cwd /proc/{pid}/fd/*",
                                                             check=False).stdout, f"{pid} to be in {name}")
        return pid

    def end_holder(self, name):
        self.machine.shell(f"kill {self.holders[name]}")
        wait_until(lambda: not self.machine.path(f"/proc/{self.holders[name]}").exists(), "its end")

    def mount_id(self, name):
        return self.machine.output("findmnt", "--noheadings", "--output=ID", merged(name))

    def assert_busy(self, name):
        """It is still mounted, and who writes to it is named."""
        self.assertEqual(self.state(name), ("failed", "exit-code"))
        status = self.status(name)
        self.assertRegex(status, rf"is still in use after 5 s by {self.holders[name]} \(sleep\): "
                                 rf"open file '{merged(name)}/left4dead2/cfg/server.cfg': end that and try again")
        self.assertIn("status=75", status)
        self.assertIn(merged(name), self.machine.mounts())
        self.assertIn(f"/run/left4me/{name}.json", self.records(name))

    def test_the_stop_takes_five_seconds_and_a_little_for_all_of_them_together(self):
        self.assertGreater(self.stop_took, 4.9)
        self.assertLess(self.stop_took, 8)

    def test_who_only_looks_is_left_with_nothing_and_disturbs_nobody(self):
        for name in ("shell", "reader"):
            self.assertEqual(self.state(name), ("inactive", "success"))
            self.assert_nothing_left(name)
            self.machine.run("systemctl", "start", service(name))
            self.assert_active(name)
            self.end_holder(name)
            self.machine.run("systemctl", "stop", service(name))
            self.assert_nothing_left(name)

    def test_who_writes_is_named_and_once_he_has_ended_umount_cleans_up(self):
        self.assert_busy("writer")
        # systemd has nothing to stop.
        self.machine.run("systemctl", "stop", service("writer"))
        self.assertIn(merged("writer"), self.machine.mounts())
        self.end_holder("writer")
        self.machine.run(HELPER, "umount", "writer")
        self.assert_nothing_left("writer")
        self.machine.run("systemctl", "start", service("writer"))
        self.assert_active("writer")
        self.machine.run("systemctl", "stop", service("writer"))
        self.assertEqual(self.state("writer"), ("inactive", "success"))
        self.assert_nothing_left("writer")

    def test_a_start_runs_the_server_on_the_overlay_that_was_left(self):
        self.assert_busy("kept")
        before = self.mount_id("kept")
        self.machine.run("systemctl", "start", service("kept"))
        self.assert_active("kept")
        self.assertEqual(self.mount_id("kept"), before)
        self.listening("kept", 2)
        self.assertEqual(ask_server(self.machine, self.SERVERS["kept"])["name"],
                         f"stand-in on {self.SERVERS['kept']}")
        self.end_holder("kept")
        self.machine.run("systemctl", "stop", service("kept"))
        self.assertEqual(self.state("kept"), ("inactive", "success"))
        self.assert_nothing_left("kept")
