"""What the record knows of an overlay: which directories it is on, and where it is."""

import json
import os
import re
import shutil
import stat
import time
from datetime import datetime, timedelta, timezone

from tests.overlay.sandbox import (
    CONFIGURATION, ROOT, RUNTIME_USER, STATE, HelperCase, mount_entries, run_helper)

OTHER_ROOT = ROOT / "other-root"


def identity(path):
    status = os.stat(path)
    return {"device": status.st_dev, "inode": status.st_ino}


class RecordCase(HelperCase):
    def work(self):
        return self.upper().with_name("work")

    def status(self):
        instance, = json.loads(self.assert_done("status", "--json", "alpha").stdout)["instances"]
        return instance

    def kinds(self):
        return {difference["kind"] for difference in self.status()["differences"]}

    def assert_writes_to_upper(self):
        self.assert_mounted_once()
        (self.merged() / "written").write_text("x\n")
        self.assertEqual((self.upper() / "written").read_text(), "x\n")


class Directories(RecordCase):
    def setUp(self):
        super().setUp()
        self.assert_done("mount", "alpha")

    def test_upper_and_work_are_recorded(self):
        record = self.record()
        self.assertEqual((record["upper"], record["work"]), (identity(self.upper()), identity(self.work())))

    def test_a_deleted_upper_is_mounted_anew(self):
        shutil.rmtree(self.upper())
        shutil.rmtree(self.work())
        status = self.status()
        self.assertEqual(status["state"], "drifted")
        self.assertEqual(self.kinds(), {"upper_replaced", "work_replaced"})
        for path in (self.upper(), self.work()):
            self.assertIn(str(path), json.dumps(status["differences"]))
            self.assertIn(str(path), self.assert_done("status", "alpha").stdout)
        self.assert_done("mount", "alpha")
        self.assertEqual(self.record()["upper"], identity(self.upper()))
        self.assertEqual((self.merged() / "srcds_run").read_text(), "#!/bin/sh\n")
        self.assert_writes_to_upper()
        self.assertEqual(self.status()["state"], "mounted")

    def test_a_backup_in_uppers_place_is_mounted(self):
        backup = self.upper().with_name("backup")
        shutil.copytree(self.upper(), backup)
        (backup / "saved").write_text("from the backup\n")
        os.chown(backup, RUNTIME_USER, RUNTIME_USER)
        self.upper().rename(self.upper().with_name("upper.old"))
        backup.rename(self.upper())
        self.assertEqual(self.status()["state"], "drifted")
        self.assertEqual(self.kinds(), {"upper_replaced"})
        self.assert_done("mount", "alpha")
        self.assertEqual((self.merged() / "saved").read_text(), "from the backup\n")
        self.assert_writes_to_upper()

    def test_a_replaced_work_is_mounted_anew(self):
        self.work().rename(self.upper().with_name("work.old"))
        self.assertEqual(self.kinds(), {"work_replaced"})
        self.assert_done("mount", "alpha")
        self.assertEqual(self.kinds(), set())
        self.assertEqual(self.record()["work"], identity(self.work()))
        self.assert_writes_to_upper()

    def test_a_mount_of_the_same_directories_is_left_as_it_is(self):
        (before, _, _), = [entry for entry in mount_entries(self.merged())]
        record = self.record()
        self.assert_done("mount", "alpha")
        self.assertEqual(self.record(), record)
        self.assertEqual(before, "overlay")

    def test_a_record_of_an_older_version_is_not_drifted(self):
        old = {key: value for key, value in self.record().items() if key not in ("upper", "work", "read_only")}
        (STATE / "alpha.json").write_text(json.dumps(old))
        status = self.status()
        self.assertEqual((status["state"], status["differences"], status["problems"]), ("mounted", [], []))
        self.assertIn("state     mounted\n", self.assert_done("status", "alpha").stdout)

    def test_a_record_of_an_older_version_is_unmounted_and_replaced(self):
        old = {key: value for key, value in self.record().items() if key not in ("upper", "work", "read_only")}
        for verbs in (("umount", "mount"), ("mount",)):
            with self.subTest(verbs):
                (STATE / "alpha.json").write_text(json.dumps(old | {"mount_id": self.record()["mount_id"]}))
                for verb in verbs:
                    self.assert_done(verb, "alpha")
                self.assertEqual(self.record()["upper"], identity(self.upper()))
                self.assert_writes_to_upper()


class Work(RecordCase):
    NAME = re.compile(r"^work\.(\d{8}T\d{6}Z)(.*)$")

    def set_aside(self):
        """{name: time in it} of what was renamed."""
        found = {name: self.NAME.match(name) for name in os.listdir(self.upper().parent)}
        return {name: datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
                for name, match in found.items() if match}

    def make_old(self, text):
        """A work as versions before made it: the servers'."""
        (self.work() / "work").mkdir(parents=True)
        (self.work() / "work/kept").write_text(text)
        for path in (self.work(), self.work() / "work"):
            os.chown(path, RUNTIME_USER, RUNTIME_USER)

    def test_it_is_roots_alone(self):
        self.assert_done("mount", "alpha")
        status = os.stat(self.work())
        self.assertEqual((status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)), (0, 0, 0o700))

    def test_one_of_roots_is_closed_to_others(self):
        self.work().mkdir(parents=True)
        self.work().chmod(0o777)
        self.assert_done("mount", "alpha")
        self.assertEqual(stat.S_IMODE(os.stat(self.work()).st_mode), 0o700)
        self.assertEqual(self.set_aside(), {})

    def test_one_of_the_servers_is_set_aside_with_all_that_is_in_it(self):
        self.make_old("old\n")
        inode = os.stat(self.work()).st_ino
        before = datetime.now(timezone.utc).replace(microsecond=0)
        self.assert_done("mount", "alpha")
        (name, when), = self.set_aside().items()
        self.assertTrue(before <= when <= datetime.now(timezone.utc), name)
        old = self.upper().with_name(name)
        self.assertEqual((os.stat(old).st_ino, os.stat(old).st_uid), (inode, RUNTIME_USER))
        self.assertEqual((old / "work/kept").read_text(), "old\n")
        self.assertEqual(os.stat(self.work()).st_uid, 0)
        self.assert_writes_to_upper()

    def test_a_name_that_is_taken_gets_a_suffix(self):
        self.make_old("old\n")
        now = datetime.now(timezone.utc)
        taken = [f"work.{now + timedelta(seconds=second):%Y%m%dT%H%M%SZ}" for second in range(60)]
        for name in taken:
            self.upper().with_name(name).mkdir()
        self.assert_done("mount", "alpha")
        others = {name: when for name, when in self.set_aside().items() if name not in taken}
        (name, _), = others.items()
        self.assertNotEqual(self.NAME.match(name)[2], "")
        self.assertEqual((self.upper().with_name(name) / "work/kept").read_text(), "old\n")
        self.assertEqual([os.listdir(self.upper().with_name(name)) for name in taken], [[]] * len(taken))

    def test_one_of_the_servers_under_a_mounted_overlay_is_replaced(self):
        """As after an upgrade from a version whose work was theirs."""
        self.assert_done("mount", "alpha")
        os.chown(self.work(), RUNTIME_USER, RUNTIME_USER)
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")
        self.assertEqual(len(self.set_aside()), 1)
        self.assert_writes_to_upper()


class Places(RecordCase):
    """left4me.conf changes while the overlay is mounted."""

    def setUp(self):
        super().setUp()
        self.assert_done("mount", "alpha")

    def change_root(self):
        """Another valid Root=, with the same instance."""
        for name in ("installation", "overlays", "instances"):
            shutil.copytree(ROOT / name, OTHER_ROOT / name)
        for path in (OTHER_ROOT / "installation", OTHER_ROOT / "overlays/addon"):
            original = ROOT / path.relative_to(OTHER_ROOT)
            for file in (path, *path.rglob("*")):
                os.chown(file, os.stat(original).st_uid, os.stat(original).st_gid)
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(f"Root={ROOT}", f"Root={OTHER_ROOT}"))

    def assert_unmounted(self):
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    def test_umount_with_a_broken_left4me_conf(self):
        CONFIGURATION.write_text("[Paths]\nRoot=relative\nnonsense\n")
        self.assert_done("umount", "alpha")
        self.assert_unmounted()

    def test_umount_with_a_left4me_conf_that_cannot_be_read(self):
        CONFIGURATION.unlink()
        CONFIGURATION.mkdir()
        done = run_helper("umount", "alpha")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_unmounted()
        CONFIGURATION.rmdir()

    def test_umount_with_another_root(self):
        self.change_root()
        self.assert_done("umount", "alpha")
        self.assert_unmounted()

    def test_umount_with_a_root_that_does_not_exist(self):
        CONFIGURATION.write_text("[Paths]\nRoot=/run/no-such\n")
        self.assert_done("umount", "alpha")
        self.assert_unmounted()

    def test_umount_with_other_users(self):
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(str(RUNTIME_USER), "no-such-user"))
        self.assert_done("umount", "alpha")
        self.assert_unmounted()

    def test_mount_with_another_root_takes_the_old_overlay_down_first(self):
        self.change_root()
        self.assert_done("mount", "alpha")
        self.assert_not_mounted()
        other = OTHER_ROOT / "runtime/alpha"
        try:
            self.assertEqual([entry[:2] for entry in mount_entries(other / "merged")], [("overlay", "left4me:alpha")])
            self.assertEqual(self.record()["upper"], identity(other / "upper"))
        finally:
            self.assert_done("umount", "alpha")
        self.assertEqual(mount_entries(other / "merged"), [])
        self.assertEqual(self.state_files(), [])

    def test_mount_with_another_root_beside_somebody_who_writes_changes_nothing(self):
        self.change_root()
        with open(self.merged() / "open", "w"):
            began = time.monotonic()
            self.assert_refused(75, f"{os.getpid()} (", "mount", "alpha")
            self.assertLess(time.monotonic() - began, 15)
            self.assert_mounted_once()
            self.assertEqual(mount_entries(OTHER_ROOT / "runtime/alpha/merged"), [])
            self.assertEqual(self.record()["upper"], identity(self.upper()))

    def test_mount_with_a_broken_left4me_conf_leaves_the_overlay(self):
        CONFIGURATION.write_text("[Paths]\nRoot=relative\n")
        self.assertEqual(run_helper("mount", "alpha").returncode, 65)
        self.assert_mounted_once()
        self.assertEqual(self.state_files(), ["alpha.json"])
