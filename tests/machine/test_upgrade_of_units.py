"""The units of the version before, whose mount units mounted, and servers that were started by them."""

import json
import shutil
from pathlib import Path

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, merged, mount_unit, run_in_server, service
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
UNITS = "/usr/lib/systemd/system"
GENERATOR = "/usr/lib/systemd/system-generators/left4me-generator"
# What that version installed, and what its generator wrote for an instance NAME at PORT.
BEFORE = Path(__file__).with_name("units_before")
PRESENT = "/var/present"
# What its generator would write, for a stand-in that writes it.
GENERATED = "/var/generated"
# In a record of that version.
KEYS = ("version", "instance", "layers", "directory", "runtime_user", "sandbox_user", "way", "configuration",
        "fingerprint", "mounted_at", "mount_id", "file_system")


def left_mounted_unit(name):
    return f"l4d2-left-mounted@{name}.service"


def umount_unit(name):
    return f"l4d2-umount@{name}.service"


@on_every_release
class UpgradeOfUnits:
    """The helper is the present one throughout: an upgrade replaces it under servers that run, and a server's next
    call is of the new one. What the old one did otherwise is done to what this one leaves."""

    PORTS = {"runs": 27601, "restarted": 27602, "crashed": 27603, "busy": 27604, "gone": 27605}

    @staticmethod
    def prepare(machine):
        units = machine.path(UNITS)
        machine.path(PRESENT).mkdir()
        for unit in (*units.glob("l4d2*"), *units.glob("left4me*")):
            shutil.move(unit, machine.path(PRESENT) / unit.name)
        shutil.move(machine.path(GENERATOR), machine.path(PRESENT) / "generator")
        for file in BEFORE.iterdir():
            if not file.name.startswith("generated."):
                machine.write(f"{UNITS}/{file.name}", file.read_text())
        # It needs nothing of the version.
        shutil.copy(machine.path(PRESENT) / "l4d2-game.slice", units)
        machine.write(GENERATOR, f'#!/bin/sh\nexec cp -r {GENERATED}/. "$1"\n', mode=0o755)
        for name, port in UpgradeOfUnits.PORTS.items():
            game_host.add_instance(machine, name, port)
            for kind, path in (("mount", mount_unit(name)), ("conf", f"{service(name)}.d/50-left4me.conf")):
                text = (BEFORE / f"generated.{kind}").read_text().replace("NAME", name).replace("PORT", str(port))
                machine.write(f"{GENERATED}/{path}", text)
        machine.write("/etc/systemd/system/l4d2@.service.d/fast.conf", "[Service]\nRestartSec=10ms\n")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What that version's tmpfiles.d made.
        cls.machine.run("mkdir", "/run/left4me-servers")
        names = [name for name in cls.PORTS if name != "gone"]
        cls.machine.run("systemctl", "start", *map(service, names))
        for name in names:
            wait_until(lambda name=name: cls.machine.property(mount_unit(name), "ActiveState") == "active",
                       f"the mount unit of {name}")
            cls.listening(name, 1)
            cls.make_old(name)
        cls.leave_mounted("busy")
        cls.pids = {name: cls.pid(name) for name in names}
        cls.upgrade()

    @classmethod
    def make_old(cls, name):
        """Makes what the helper has left of an instance what the one before would have: a record without the identity
        of upper and work, no link to merged, and a work of left4me's."""
        record = cls.machine.path(f"/run/left4me/{name}.json")
        content = json.loads(record.read_text())
        record.write_text(json.dumps({key: content[key] for key in KEYS}))
        cls.machine.run("rm", "-rf", f"/run/left4me-root/{name}")
        cls.machine.run("chown", "left4me:left4me", f"{ROOT}/runtime/{name}/work")

    @classmethod
    def leave_mounted(cls, name):
        """A stop that fails since somebody writes to the tree, and what the units of that version made of it."""
        cls.holder = int(cls.machine.shell(f"setsid sh -c 'exec 9>>{merged(name)}/left4dead2/held; exec sleep infinity'"
                                           " </dev/null >/dev/null 2>&1 & echo $!").stdout)
        wait_until(cls.machine.path(f"{merged(name)}/left4dead2/held").exists, "the file that is held")
        cls.machine.run("systemctl", "stop", service(name))
        cls.machine.wait_for_property(left_mounted_unit(name), "ActiveState", "active")

    @classmethod
    def upgrade(cls):
        """As a package does it: files are replaced and removed, and systemd reads them."""
        for file in BEFORE.iterdir():
            cls.machine.path(f"{UNITS}/{file.name}").unlink(missing_ok=True)
        shutil.move(cls.machine.path(PRESENT) / "generator", cls.machine.path(GENERATOR))
        cls.machine.run("cp", "-a", f"{PRESENT}/.", UNITS)
        cls.machine.run("systemd-tmpfiles", "--create", "left4me.conf")
        cls.machine.run("systemctl", "daemon-reload")
        cls.mounts_after = cls.machine.mounts()
        cls.said = {verb: cls.machine.run("l4d2ctl", verb, check=False) for verb in ("check", "list")}

    @classmethod
    def pid(cls, name):
        return int(cls.machine.property(service(name), "MainPID"))

    @classmethod
    def listening(cls, name, times):
        wait_until(lambda: cls.machine.journal("-u", service(name)).count("listening on") == times,
                   f"{name} to listen for the {times}. time")

    def overlay_status(self, name):
        return json.loads(self.machine.output(HELPER, "status", name, "--json"))["instances"][0]

    def assert_stops_and_leaves_nothing(self, name):
        self.machine.run("systemctl", "stop", service(name))
        self.assertEqual([self.machine.property(service(name), key) for key in ("ActiveState", "Result")],
                         ["inactive", "success"], self.machine.recent_journal())
        self.assert_nothing_left(name)

    def assert_nothing_left(self, name):
        self.assert_nothing_mounted(name)
        self.assertEqual(self.machine.output("find", "/run/left4me", "/run/left4me-root", "-name", f"{name}*"), "")

    def assert_as_before(self, name):
        """It is the server that was started before the upgrade, and all is well with its overlay."""
        self.assert_active(name)
        self.assertEqual(self.pid(name), self.pids[name])
        status = self.overlay_status(name)
        self.assertEqual((status["state"], status["differences"]), ("mounted", []))
        self.assertEqual(ask_server(self.machine, self.PORTS[name])["name"], f"stand-in on {self.PORTS[name]}")

    def test_a_server_runs_on_sees_no_other_and_is_stopped_by_the_new_units(self):
        self.assert_as_before("runs")
        for what in ("Wants", "PartOf"):
            self.assertNotIn(mount_unit("runs"), self.machine.property(service("runs"), what))
        mounts = self.machine.output("cat", f"/proc/{self.pid('runs')}/mountinfo").splitlines()
        bound = [line.split()[4] for line in mounts if line.split()[3].endswith("/left4me-servers")]
        self.assertIn(f"{ROOT}/runtime", bound)
        self.assertIn("/etc/left4me/instances", bound)
        # Of others it sees the directories that systemd has made to bind theirs on.
        self.assertEqual(run_in_server(self.machine, "runs", f"ls {ROOT}/runtime/restarted {ROOT}/instances/runs; "
                                                             f"ls {ROOT}/runtime/runs").split(),
                         [f"{ROOT}/instances/runs:", f"{ROOT}/runtime/restarted:", "merged", "upper", "work"])
        self.assert_stops_and_leaves_nothing("runs")

    def test_runtime_is_not_bound_over_what_is_mounted_and_l4d2ctl_says_so(self):
        missing = f"{ROOT}/runtime is not mounted with nosuid and nodev"
        self.assertIn(missing, self.said["check"].stdout)
        self.assertIn(missing, self.said["list"].stderr)
        self.assertEqual(self.said["list"].returncode, 0)
        self.assertIn(merged("runs"), self.mounts_after)
        self.assertNotIn(f"{ROOT}/runtime", self.mounts_after)

    def test_a_restart_mounts_as_the_new_units_do(self):
        self.assert_as_before("restarted")
        self.machine.run("systemctl", "restart", service("restarted"))
        self.listening("restarted", 2)
        self.assert_active("restarted")
        self.assertNotEqual(self.pid("restarted"), self.pids["restarted"])
        record = json.loads(self.machine.path("/run/left4me/restarted.json").read_text())
        for name in ("upper", "work"):
            directory = self.machine.path(f"{ROOT}/runtime/restarted/{name}").stat()
            self.assertEqual(record[name], {"device": directory.st_dev, "inode": directory.st_ino})
        self.assertEqual(self.machine.output("stat", "--format=%U %a", f"{ROOT}/runtime/restarted/work"), "root 700")
        self.assertEqual(self.overlay_status("restarted")["state"], "mounted")
        self.assert_stops_and_leaves_nothing("restarted")

    def test_a_server_that_crashes_is_started_again_by_the_new_units(self):
        self.assert_as_before("crashed")
        self.machine.shell(f"kill -KILL {self.pids['crashed']}")
        self.listening("crashed", 2)
        self.assert_active("crashed")
        self.assert_stops_and_leaves_nothing("crashed")

    def test_an_overlay_that_the_old_units_left_mounted_is_started_and_stopped_once_it_is_free(self):
        self.assertEqual(self.machine.property(left_mounted_unit("busy"), "ActiveState"), "active")
        self.assertEqual(self.machine.property(left_mounted_unit("busy"), "LoadState"), "not-found")
        self.assertIn(merged("busy"), self.machine.mounts())
        self.assertEqual(self.overlay_status("busy")["differences"], [])
        self.machine.shell(f"kill {self.holder}")
        # The unit that stays active is not in the way.
        self.machine.run("systemctl", "start", service("busy"))
        self.listening("busy", 2)
        self.assert_active("busy")
        self.assert_stops_and_leaves_nothing("busy")
        # What has no file any more can be stopped, and does nothing then.
        self.machine.run("systemctl", "stop", "l4d2@*", "l4d2-left-mounted@*")
        self.assertEqual(self.machine.property(left_mounted_unit("busy"), "ActiveState"), "inactive")
        self.machine.run("systemctl", "reset-failed", umount_unit("busy"))
        self.assert_nothing_left("busy")

    def test_a_server_that_had_not_run_before_is_started_by_the_new_units_alone(self):
        self.machine.run("systemctl", "start", service("gone"))
        self.assert_active("gone")
        self.assertEqual(self.machine.property(service("gone"), "OnFailure"), "")
        self.assert_stops_and_leaves_nothing("gone")
        files = self.machine.run("systemctl", "list-unit-files", "--no-legend", "l4d2-umount@*", "l4d2-left-mounted@*",
                                 check=False)
        self.assertEqual(files.stdout, "")
