"""Instances on a file system that is not mounted yet when systemd's generators run at boot."""

import shutil

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ask_server, merged, mount_unit, service

LATE = "/late"


def mount_late(machine, directory, options="bind"):
    """Moves a directory of the disk to where only a mount at boot brings it back from."""
    machine.path(LATE).mkdir()
    place = machine.path(directory)
    shutil.move(place, machine.path(LATE) / "moved")
    place.mkdir()
    machine.write("/etc/fstab", f"{LATE}/moved {directory} none {options} 0 0\n")


def add_instances(machine):
    game_host.add_instance(machine, "automatic", 27201, autostart=True)
    game_host.add_instance(machine, "enabled", 27202)
    game_host.add_instance(machine, "by-hand", 27203)
    wants = machine.path("/etc/systemd/system/l4d2.target.wants")
    wants.mkdir(parents=True)
    unit_directory = next(directory for directory in ("/usr/lib/systemd/system", "/lib/systemd/system")
                          if (machine.path(directory) / "l4d2@.service").exists())
    (wants / service("enabled")).symlink_to(f"{unit_directory}/l4d2@.service")


class BootWithInstances:
    """What an operator finds after a boot that nobody watched."""

    RELOADS = 0

    def assert_servers(self):
        self.assertEqual(self.machine.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip(),
                         "running", self.machine.recent_journal())
        for name, port in (("automatic", 27201), ("enabled", 27202)):
            self.machine.wait_for_property(service(name), "ActiveState", "active")
            self.assertIn(merged(name), self.machine.mounts())
            self.assertEqual(ask_server(self.machine, port)["name"], f"stand-in on {port}")
        self.assertEqual(self.machine.property(service("by-hand"), "ActiveState"), "inactive")
        self.assertEqual(self.machine.property("l4d2.target", "ActiveState"), "active")

    def reloads(self):
        """How often systemd was told to reload, since the machine is new."""
        said = self.machine.journal("_PID=1").splitlines()
        return sum(line in ("Reloading.", "Reloading...") for line in said)

    def test_servers_are_up_after_every_boot(self):
        self.assert_servers()
        self.assertEqual(self.reloads(), self.RELOADS)
        self.machine.power_off()
        self.machine.boot()
        self.assert_servers()
        self.assertEqual(self.reloads(), 2 * self.RELOADS)

        # Everything is mounted now, and there is nothing to read again.
        self.machine.run("systemctl", "restart", "l4d2.target")
        self.assert_servers()
        self.assertEqual(self.reloads(), 2 * self.RELOADS)


@on_every_release
class NothingLate(BootWithInstances):
    """/var on the root file system: no second reload."""

    @staticmethod
    def prepare(machine):
        add_instances(machine)


@on_every_release
class LateVar(BootWithInstances):
    RELOADS = 1

    @staticmethod
    def prepare(machine):
        add_instances(machine)
        mount_late(machine, "/var")


@on_every_release
class LateRoot(BootWithInstances):
    RELOADS = 1

    @staticmethod
    def prepare(machine):
        add_instances(machine)
        mount_late(machine, game_host.ROOT)


@on_every_release
class LateDirectoryBehindSymlink(BootWithInstances):
    """The instances are a symlink into a file system of their own."""

    RELOADS = 1

    @staticmethod
    def prepare(machine):
        add_instances(machine)
        place = machine.path(f"{game_host.ROOT}/instances")
        machine.path("/srv/web").mkdir(parents=True)
        shutil.move(place, machine.path("/srv/web/instances"))
        place.symlink_to("../../../srv/web/instances")
        mount_late(machine, "/srv/web")


@on_every_release
class StaleBelowLate(BootWithInstances):
    """What lies in the directory that is mounted over is not what counts after the boot."""

    RELOADS = 1

    @staticmethod
    def prepare(machine):
        add_instances(machine)
        mount_late(machine, game_host.ROOT)
        game_host.add_instance(machine, "stale", 27204)

    def test_the_hidden_instance_is_unknown(self):
        self.assert_servers()
        self.assertNotEqual(self.machine.run("systemctl", "start", service("stale"), check=False).returncode, 0)
        self.assertIn("no such instance", self.machine.run("systemctl", "status", service("stale"), check=False).stdout)


@on_every_release
class LateAutomount(BootWithInstances):
    """The state root is mounted by whoever first looks into it."""

    RELOADS = 1

    @staticmethod
    def prepare(machine):
        add_instances(machine)
        mount_late(machine, game_host.ROOT, "bind,noauto,x-systemd.automount")

    def test_servers_are_up_after_every_boot(self):
        super().test_servers_are_up_after_every_boot()

        self.machine.run("systemctl", "stop", "l4d2.target", service("automatic"), service("enabled"))
        self.machine.run("systemctl", "stop", "var-lib-left4me.mount")
        self.assertEqual(self.machine.mounts()[game_host.ROOT][0], "autofs")
        # A generator that waited would be killed after 90 s, and systemd with it.
        self.machine.run("systemctl", "daemon-reload", timeout=30)
        self.assertEqual(self.machine.mounts()[game_host.ROOT][0], "autofs")

        # Nobody has looked into it, and so there are no instances; whoever starts them all gets them.
        self.assertEqual(self.machine.property(mount_unit("automatic"), "LoadState"), "not-found")
        self.machine.run("systemctl", "start", "l4d2.target")
        self.assert_servers()
