"""Servers that die, that hang, and that leave somebody behind in their tree."""

import time

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, merged, mount_unit, service
from tests.machine.machine import wait_until

def umount_unit(name):
    return f"l4d2-umount@{name}.service"


def left_mounted_unit(name):
    return f"l4d2-left-mounted@{name}.service"


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

    def test_systemctl_kill_ends_a_server_for_good_and_with_sigkill_until_its_restart(self):
        self.start("ended", 27423, "RestartSec=10ms")
        self.listening("ended", 1)
        pid = self.pid("ended")
        self.machine.run("systemctl", "kill", "--signal=SIGKILL", service("ended"))
        self.wait_for_another("ended", pid)
        self.listening("ended", 2)
        for number, signal in enumerate(("SIGINT", "SIGTERM"), 3):
            self.machine.run("systemctl", "kill", f"--signal={signal}", service("ended"))
            self.machine.wait_for_property(service("ended"), "ActiveState", "inactive")
            self.assertEqual(self.state("ended"), ("inactive", "success"))
            self.assert_nothing_left("ended")
            self.machine.run("systemctl", "start", service("ended"))
            self.listening("ended", number)

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

    def test_a_server_that_is_stopped_while_left4me_conf_cannot_be_used_is_unmounted_by_the_next_stop(self):
        self.start("orphaned", 27425)
        self.machine.write("/etc/left4me/left4me.conf", "[Paths]\nRoot=nowhere\n")
        self.machine.run("systemctl", "daemon-reload")
        self.assert_active("orphaned")
        self.machine.run("systemctl", "stop", service("orphaned"))
        self.assertEqual(self.state("orphaned"), ("failed", "exit-code"))
        self.assertIn("/etc/left4me/left4me.conf:2: ", self.status("orphaned"))
        self.assertIn(merged("orphaned"), self.machine.mounts())
        self.machine.wait_for_property(left_mounted_unit("orphaned"), "ActiveState", "active")

        self.machine.run("rm", "/etc/left4me/left4me.conf")
        self.machine.run("systemctl", "stop", service("orphaned"))
        wait_until(lambda: merged("orphaned") not in self.machine.mounts(), "the unmount")
        wait_until(lambda: not self.records("orphaned"), "the end of its record")


@on_every_release
class LeftBehind(ServerCase):
    """A login shell sits in a server's tree when the server is stopped."""

    SERVERS = {"shell": 27401, "started-again": 27402, "open-file": 27403}

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
        """A process outside of the unit, of root or left4me, that keeps the overlay busy; its pid."""
        if name == "open-file":
            inside = f"exec setpriv --reuid=left4me --regid=left4me --clear-groups " \
                     f"tail -f {merged(name)}/left4dead2/gameinfo.txt"
        else:
            inside = f"cd {merged(name)} && exec sleep infinity"
        pid = int(cls.machine.shell(f"setsid sh -c '{inside}' </dev/null >/dev/null 2>&1 & echo $!").stdout)
        wait_until(lambda: merged(name) in cls.machine.shell(f"readlink /proc/{pid}/cwd /proc/{pid}/fd/*",
                                                             check=False).stdout, f"{pid} to be in {name}")
        return pid

    def end_holder(self, name):
        self.machine.shell(f"kill {self.holders[name]}")

    def mount_id(self, name):
        return self.machine.output("findmnt", "--noheadings", "--output=ID", merged(name))

    def wait_for_second_failure(self, name):
        """Until systemd has tried a second time."""
        self.machine.wait_for_property(left_mounted_unit(name), "ActiveState", "active")

    def assert_busy(self, name, text):
        self.assertEqual(self.state(name), ("failed", "exit-code"))
        status = self.status(name)
        self.assertRegex(status, rf"is still in use after 5 s by {self.holders[name]} {text}")
        self.assertIn("status=75", status)
        self.assertIn(merged(name), self.machine.mounts())
        self.assertEqual(self.machine.property(mount_unit(name), "ActiveState"), "active")
        self.assertIn(f"/run/left4me/{name}.json", self.records(name))

    def assert_cleaned_up(self, name):
        """By a stop that nobody has to wait for long."""
        wait_until(lambda: merged(name) not in self.machine.mounts(), f"{name} to be unmounted", timeout=5)
        self.machine.wait_for_property(umount_unit(name), "ActiveState", "inactive")
        self.assertEqual(self.machine.property(left_mounted_unit(name), "ActiveState"), "inactive")
        self.assert_nothing_left(name)

    def test_the_stop_takes_five_seconds_and_a_little_for_all_of_them_together(self):
        self.assertGreater(self.stop_took, 4.9)
        self.assertLess(self.stop_took, 8)

    def test_a_shell_is_named_and_once_it_has_ended_the_next_stop_cleans_up(self):
        self.assert_busy("shell", r"\(sleep\): working directory: end that and try again")
        self.wait_for_second_failure("shell")
        self.machine.run("systemctl", "stop", service("shell"))
        # It is still there, and stays so until it is asked to end.
        self.machine.wait_for_property(umount_unit("shell"), "ActiveState", "failed")
        self.wait_for_second_failure("shell")
        self.assert_busy("shell", r"\(sleep\): working directory")

        self.end_holder("shell")
        self.machine.run("systemctl", "stop", service("shell"))
        self.assert_cleaned_up("shell")
        self.machine.run("systemctl", "start", service("shell"))
        self.assert_active("shell")
        self.machine.run("systemctl", "stop", service("shell"))
        self.assertEqual(self.state("shell"), ("inactive", "success"))
        self.assert_nothing_left("shell")

    def test_a_process_of_the_servers_user_with_an_open_file_is_named_and_the_second_attempt_may_find_it_gone(self):
        self.assert_busy("open-file", rf"\(tail\): open file '{merged('open-file')}/left4dead2/gameinfo.txt'")
        self.end_holder("open-file")
        self.machine.run("systemctl", "stop", "l4d2.target", "l4d2@*")
        self.assert_cleaned_up("open-file")

    def test_a_start_runs_the_server_on_the_overlay_that_was_left(self):
        before = self.mount_id("started-again")
        self.machine.run("systemctl", "start", service("started-again"))
        self.assert_active("started-again")
        self.assertEqual(self.mount_id("started-again"), before)
        self.listening("started-again", 2)
        self.assertEqual(ask_server(self.machine, self.SERVERS["started-again"])["name"],
                         f"stand-in on {self.SERVERS['started-again']}")
        self.end_holder("started-again")
        self.machine.run("systemctl", "stop", service("started-again"))
        self.assertEqual(self.state("started-again"), ("inactive", "success"))
        self.assert_cleaned_up("started-again")
