"""A test case that has a machine, and how it runs on every release."""

import sys
import unittest

from tests.machine import game_host, roots
from tests.machine.machine import RELEASES, Machine


SANITIZER_REPORT = b"(Address|Leak)Sanitizer|runtime error:"


class MachineCase(unittest.TestCase):
    """One machine for all tests of a class; each of them uses an instance and a port of its own.

    A subclass decorated with `on_every_release` says in prepare() what is on the disk before the first
    boot."""

    release = ""
    make_root = staticmethod(roots.machine_root)
    machine: Machine
    first_state = ""

    @classmethod
    def setUpClass(cls):
        cls.machine = Machine.create(cls.release, make_root=cls.make_root)
        cls.addClassCleanup(cls.machine.destroy)
        game_host.install_game(cls.machine)
        cls.prepare(cls.machine)
        cls.first_state = cls.machine.boot()

    @staticmethod
    def prepare(machine):
        """What is on the disk before the first boot, besides the product and the game."""

    def tearDown(self):
        if self.machine.pid is not None:
            # Bytes: a test may have made systemd log what is no text.
            said = self.machine.run("journalctl", "--no-pager", "--output=cat", text=False).stdout
            self.assertNotRegex(said, SANITIZER_REPORT)

    def add_instance(self, name, port, **options):
        game_host.add_instance(self.machine, name, port, **options)
        self.machine.run("systemctl", "daemon-reload")

    def assert_active(self, name):
        state = self.machine.property(game_host.service(name), "ActiveState")
        self.assertEqual(state, "active", self.machine.recent_journal())

    def assert_nothing_mounted(self, name):
        self.assertNotIn(game_host.merged(name), self.machine.mounts())
        # systemd learns of an unmount that it did not do itself from the kernel, a moment later.
        self.machine.wait_for_property(game_host.mount_unit(name), "ActiveState", "inactive", timeout=5)


def on_every_release(case):
    """Makes a class of tests per release out of one, in its module."""
    module = sys.modules[case.__module__]
    for release in RELEASES:
        name = f"{case.__name__}_on_{release}"
        setattr(module, name, type(name, (case, MachineCase),
                                   {"release": release, "__module__": case.__module__}))
    return case
