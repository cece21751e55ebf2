"""An overlay is not taken from a server that runs, even when the server has nothing open for writing.

Where the server's processes are, its control group tells, named as systemd names it. There is no systemd here: the
tests make such a group, in the hierarchy of this host, and each with a name of its own, since others may run here too.
"""

import contextlib
import os
import secrets
import subprocess
from pathlib import Path

from tests.overlay.sandbox import BUSY, HelperCase, helper_binary, run_helper, wait_until

SLICES = "l4d2.slice/l4d2-game.slice"
# Where systemd mounts it.
PLACES = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))


def hierarchy():
    """Where control groups are, mounted in this namespace when they are nowhere."""
    for place in PLACES:
        if (place / "cgroup.procs").exists():
            return place
    subprocess.run(["mount", "-t", "cgroup2", "cgroup2", PLACES[0]], check=True)
    return PLACES[0]


class RunningServerCase(HelperCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hierarchy = hierarchy()
        cls.addClassCleanup(cls.remove_slices)

    def setUp(self):
        super().setUp()
        self.name = f"down-{secrets.token_hex(8)}"
        self.write_env(self.name)
        self.groups = []
        self.servers = []
        self.assert_done("mount", self.name)

    def tearDown(self):
        self.end_servers()
        for group in reversed(self.groups):
            group.rmdir()
        self.assert_done("umount", self.name)
        super().tearDown()

    def make_group(self, path):
        """A control group, and those above it, of which others' tests may use the slices at the same time."""
        group = self.hierarchy / path
        wait_until(lambda: self.make_slices(group.parent), "the slices")
        group.mkdir()
        self.groups.append(group)
        return group

    @staticmethod
    def make_slices(directory):
        """Others remove them when they are done."""
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError:
            return False
        return True

    @classmethod
    def remove_slices(cls):
        directory = cls.hierarchy / SLICES
        # The others' tests may be in it.
        with contextlib.suppress(OSError):
            directory.rmdir()
            directory.parent.rmdir()

    def service_group(self, above=SLICES):
        return self.make_group(f"{above}/l4d2@{self.name}.service")

    def run_server(self, group, **options):
        server = subprocess.Popen(["sleep", "10000"], **options)
        self.servers.append(server)
        if group:
            (group / "cgroup.procs").write_text(str(server.pid))
        return server

    def end_servers(self):
        for server in self.servers:
            server.kill()
            server.wait()
        self.servers = []

    def call_in(self, group, *arguments, before=""):
        """The helper, called by a shell in a control group, as a command of the unit is."""
        script = f'echo $$ >"$0/cgroup.procs" && {before} "$@"; exit $?'
        return subprocess.run(["/bin/sh", "-c", script, group, helper_binary(), *arguments], capture_output=True,
                              text=True, check=False, timeout=60)

    def assert_server_named(self, *arguments):
        self.assert_refused(BUSY, f"{self.name}: the server is running: systemctl stop l4d2@{self.name}", *arguments)
        self.assert_mounted_once(self.name)
        self.assertEqual(self.state_files(), [f"{self.name}.json"])
        # By the server, too.
        (self.merged(self.name) / "written").write_text("x\n")

    def change_plan(self):
        self.write_env(self.name, layers="installation")


class RunningServer(RunningServerCase):
    def test_umount_is_refused_until_it_is_down(self):
        group = self.service_group()
        self.run_server(group)
        self.assert_server_named("umount", self.name)
        self.end_servers()
        self.assert_done("umount", self.name)
        self.assert_not_mounted(self.name)

    def test_another_plan_is_refused_until_it_is_down(self):
        self.run_server(self.service_group())
        self.change_plan()
        self.assert_server_named("mount", self.name)
        self.assertEqual((self.merged(self.name) / "cfg/server.cfg").read_text(), "addon\n")
        self.end_servers()
        self.assert_done("mount", self.name)
        self.assertEqual((self.merged(self.name) / "cfg/server.cfg").read_text(), "base\n")

    def test_the_same_plan_is_mounted_already(self):
        self.run_server(self.service_group())
        record = self.record(self.name)
        self.assert_done("mount", self.name)
        self.assertEqual(self.record(self.name), record)

    def test_a_replaced_upper_is_refused_until_it_is_down(self):
        self.run_server(self.service_group())
        upper = self.upper(self.name)
        upper.rename(upper.with_name("upper.old"))
        self.assert_refused(BUSY, f"systemctl stop l4d2@{self.name}", "mount", self.name)
        self.end_servers()
        self.assert_done("mount", self.name)

    def test_it_is_named_at_once(self):
        self.run_server(self.service_group())
        with subprocess.Popen([helper_binary(), "umount", self.name], stderr=subprocess.DEVNULL) as caller:
            self.assertEqual(caller.wait(4), BUSY)

    def test_in_a_slice_of_the_administrators(self):
        self.run_server(self.service_group(f"left4me{secrets.token_hex(4)}.slice"))
        self.addCleanup(lambda group: group.rmdir(), self.groups[0].parent)
        self.assert_server_named("umount", self.name)

    def test_a_group_below_the_services(self):
        """A service may delegate, and its commands are in one of their own then."""
        group = self.service_group()
        self.run_server(self.make_group(f"{group.relative_to(self.hierarchy)}/payload"))
        self.assert_server_named("umount", self.name)

    def test_the_server_of_another_instance_does_not_count(self):
        other = self.make_group(f"{SLICES}/l4d2@{self.name}-other.service")
        self.run_server(other)
        self.assert_done("umount", self.name)

    def test_a_process_elsewhere_does_not_count(self):
        self.service_group()
        self.run_server(None, cwd=self.merged(self.name))
        self.assert_done("umount", self.name)
        self.assert_not_mounted(self.name)

    def test_a_group_that_only_looks_like_it_does_not_count(self):
        self.run_server(self.make_group(f"l4d2@{self.name}.service.{secrets.token_hex(4)}"))
        self.assert_done("umount", self.name)


class CalledByTheUnit(RunningServerCase):
    def test_the_caller_and_its_parents_do_not_count(self):
        group = self.service_group()
        for verb in ("umount", "mount"):
            done = self.call_in(group, verb, self.name)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_mounted_once(self.name)

    def test_what_the_server_has_left_behind_is_waited_for(self):
        group = self.service_group()
        done = self.call_in(group, "umount", self.name, before="{ sleep 1 & } &&")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_not_mounted(self.name)

    def test_what_the_server_has_left_behind_and_does_not_end_counts(self):
        group = self.service_group()
        server = self.run_server(group)
        done = self.call_in(group, "umount", self.name)
        self.assertEqual(done.returncode, BUSY, done.stderr)
        self.assertIn(f"{server.pid} (sleep)", done.stderr)
        self.assert_mounted_once(self.name)

    def test_wherever_that_group_is_its_own_counts(self):
        """As in a machine in a control group of its host's."""
        top = secrets.token_hex(4)
        group = self.service_group(f"{top}/{SLICES}")
        for part in (top, f"{top}/l4d2.slice", f"{top}/{SLICES}"):
            self.groups.insert(0, self.hierarchy / part)
        self.groups.sort(key=lambda path: len(path.parts))
        server = self.run_server(group)
        done = self.call_in(group, "umount", self.name)
        self.assertEqual(done.returncode, BUSY, done.stderr)
        self.assertIn(str(server.pid), done.stderr)
        self.end_servers()
        done = self.call_in(group, "umount", self.name)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_outside_of_the_unit_a_start_that_is_under_way_counts(self):
        group = self.service_group()
        self.run_server(group)
        self.assertEqual(run_helper("umount", self.name).returncode, BUSY)
        self.assertEqual(os.listdir(self.upper(self.name)), [])
