"""All servers at once: l4d2.target, stopping by a pattern, isolating another target, the boot, and the shutdown."""

import os

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, service
from tests.machine.machine import wait_until

AUTOSTARTED = ("auto-a", "auto-b")
ENABLED = "enabled"
BY_HAND = "by-hand"
WITH_TARGET = (*AUTOSTARTED, ENABLED)
ALL = (*WITH_TARGET, BY_HAND)
# Never active.
WAITING = "waiting"
SLOW = "slow"
DISK = "var-lib-left4me.mount"


@on_every_release
class Target:
    """The state root is a mount of its own, as on a disk of its own."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, WAITING, 27310)
        for port, name in enumerate(ALL, 27300):
            game_host.add_instance(machine, name, port, autostart=name in AUTOSTARTED)
        wants = machine.disk / "etc/systemd/system/l4d2.target.wants"
        wants.mkdir()
        (wants / service(ENABLED)).symlink_to("/lib/systemd/system/l4d2@.service")
        machine.path(ROOT).rename(machine.path("/srv/games"))
        machine.path(ROOT).mkdir()
        machine.write("/etc/fstab", f"/srv/games {ROOT} none bind 0 0\n")
        machine.write("/etc/systemd/system/quiet.target",
                      "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n")
        # These tests start them more often than anybody would.
        machine.write("/etc/left4me/left4me.conf", "[Servers]\nStartLimitBurst=1000\n")
        # One that takes its time to stop.
        machine.write(f"/etc/systemd/system/{service(ENABLED)}.d/slow.conf", "[Service]\nExecStop=/bin/sleep 1\n")
        (machine.disk / "var/log/journal").mkdir(exist_ok=True)

    def setUp(self):
        if self.machine.pid is None:
            self.machine.boot()
        self.machine.run("systemctl", "start", "l4d2.target", service(BY_HAND))
        for name in ALL:
            self.machine.wait_for_property(service(name), "ActiveState", "active")

    def assert_nothing_left(self):
        for name in ALL:
            self.assertEqual(self.machine.property(service(name), "ActiveState"), "inactive", name)
            self.assert_nothing_mounted(name)
        self.assertEqual([source for _, source, _ in self.machine.mounts().values() if "left4me:" in source], [])
        self.assertEqual(self.machine.output("ls", "/run/left4me"), "")
        self.assertEqual(self.machine.output("systemctl", "--failed", "--no-legend", "--plain"), "")

    def states(self):
        return {name: self.machine.property(service(name), "ActiveState") for name in ALL}

    def assert_only_those_with_the_target_come_back(self):
        for name in WITH_TARGET:
            self.machine.wait_for_property(service(name), "ActiveState", "active")
        self.assertEqual(self.states(), dict.fromkeys(WITH_TARGET, "active") | {BY_HAND: "inactive"})

    def wait_until_all_are_down(self):
        # Who stops or isolates a target waits for the target, and not for what that stops.
        wait_until(lambda: not {"active", "deactivating"} & set(self.states().values()), "the stop of all servers")

    def stop_target(self):
        self.machine.run("systemctl", "stop", "l4d2.target")
        self.wait_until_all_are_down()

    def test_stopping_the_target_stops_all_and_starting_it_starts_those_that_belong_to_it(self):
        self.stop_target()
        self.assert_nothing_left()
        self.machine.run("systemctl", "start", "l4d2.target")
        self.assert_only_those_with_the_target_come_back()

    def test_stopping_by_a_pattern_stops_all_and_the_target_starts_them_again(self):
        self.machine.run("systemctl", "stop", "l4d2@*")
        self.assert_nothing_left()
        # It never stopped.
        self.machine.run("systemctl", "start", "l4d2.target")
        self.assert_only_those_with_the_target_come_back()

    def test_restarting_the_target_restarts_all_that_run(self):
        before = {name: self.machine.property(service(name), "MainPID") for name in ALL}
        self.machine.run("systemctl", "restart", "l4d2.target")
        for name in ALL:
            wait_until(lambda name=name: self.machine.property(service(name), "MainPID") not in ("0", before[name]),
                       f"another process of {name}")
            self.machine.wait_for_property(service(name), "ActiveState", "active")

    def test_isolating_another_target_leaves_nothing_and_the_way_back_starts_them(self):
        self.machine.run("systemctl", "isolate", "quiet.target")
        self.wait_until_all_are_down()
        self.assert_nothing_left()
        self.machine.run("systemctl", "isolate", "multi-user.target")
        self.assert_only_those_with_the_target_come_back()

    def test_a_stop_while_it_mounts_unmounts_and_is_no_failure(self):
        mount = f"/usr/libexec/left4me/left4me-overlay mount {WAITING}"
        self.machine.write(f"/run/systemd/system/{service(WAITING)}.d/mounts.conf",
                           "[Service]\nExecStartPre=\nExecStartPre=+/usr/bin/nsenter --mount=/proc/1/ns/mnt -- "
                           f"/bin/sh -c '{mount} && exec sleep 60'\n")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", "--no-block", service(WAITING))
        self.machine.wait_for_property(service(WAITING), "ActiveState", "activating")
        wait_until(lambda: game_host.merged(WAITING) in self.machine.mounts(), "the mount")
        self.machine.run("systemctl", "stop", service(WAITING))
        self.assertEqual(self.machine.property(service(WAITING), "ActiveState"), "inactive")
        self.assert_nothing_mounted(WAITING)

    def test_a_shutdown_stops_them_then_unmounts_them_then_the_disk_below(self):
        written = [self.machine.disk / f"srv/games/runtime/{name}/upper/left4dead2/cfg/server.cfg" for name in ALL]
        wait_until(lambda: all(file.exists() for file in written), "what the servers write when they start")
        self.machine.power_off()
        for name, file in zip(ALL, written):
            self.assertEqual(os.listdir(self.machine.disk / f"srv/games/runtime/{name}/merged"), [])
            self.assertTrue(file.exists())

        self.assertEqual(self.machine.boot(), "running")
        self.assert_only_those_with_the_target_come_back()
        # The journal of both boots, which systemd cannot tell apart: the host's kernel names them. What was stopped
        # last was stopped by the shutdown.
        said = self.machine.journal().splitlines()
        self.assertEqual([line for line in said if "busy" in line or "Failed unmounting" in line], [])
        disk = max(number for number, line in enumerate(said) if line.startswith(f"Unmounting {DISK}"))
        for name in ALL:
            stopped = max(number for number, line in enumerate(said) if line.startswith(f"Stopped {service(name)}"))
            self.assertLess(stopped, disk, name)


@on_every_release
class Boot:
    """A server takes long to start, and something else of the boot starts l4d2.target and waits for it."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, SLOW, 27320, autostart=True)
        # Until multi-user.target is there, or for ten seconds if that waits for it.
        wait = "for i in $(seq 100); do systemctl -q is-active multi-user.target && break; sleep 0.1; done"
        machine.write(f"/etc/systemd/system/{service(SLOW)}.d/slow.conf",
                      "[Service]\nExecStartPre=+/usr/bin/nsenter --mount=/proc/1/ns/mnt -- "
                      f"/bin/sh -c '{wait.replace('$', '$$')}'\n")
        machine.write("/etc/systemd/system/starter.service",
                      "[Service]\nType=oneshot\nRemainAfterExit=yes\nTimeoutStartSec=2min\n"
                      "ExecStart=/bin/systemctl start l4d2.target\n[Install]\nWantedBy=multi-user.target\n")

    def active_since(self, unit):
        return int(self.machine.property(unit, "ActiveEnterTimestampMonotonic"))

    def test_the_boot_waits_for_no_server_and_who_starts_the_target_does(self):
        self.assertEqual(self.first_state, "running", self.machine.recent_journal())
        self.assert_active(SLOW)
        self.assertLess(self.active_since("multi-user.target"), self.active_since(service(SLOW)))
        self.assertLess(self.active_since(service(SLOW)), self.active_since("l4d2.target"))
        self.assertNotIn("l4d2.target", self.machine.property("multi-user.target", "After").split())

        # Whose boot it holds up, but not for good: l4d2.target waits for nothing but servers.
        self.machine.run("systemctl", "enable", "starter")
        self.machine.power_off()
        self.assertEqual(self.machine.boot(), "running", self.machine.recent_journal())
        self.assertEqual(self.machine.property("starter", "Result"), "success")
        self.assert_active(SLOW)
        self.assertNotRegex(self.machine.journal("_PID=1"), "(?i)ordering cycle|breaking cycle")
