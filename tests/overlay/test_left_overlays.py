"""Nothing that is left of an overlay after umount can write to its upper."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path

from tests.overlay.left_overlay_case import NOBODY, OWN_MOUNTS, PLACE, PYTHON, LeftOverlayCase, remount_read_only
from tests.overlay.sandbox import BUSY, DISK, RUNTIME_USER, helper_binary, run_helper

# In an overlay (O_TMPFILE): since Linux 6.3.
KNOWS_NAMELESS_FILES = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 3)
# What a holder must be able to do while the overlay is mounted, or its later failures prove nothing.
IN_DIRECTORIES = {f"{tree}: {what}" for tree in ("layered", "written")
                  for what in ("create", "overwrite", "open for writing", "append", "map", "chmod",
                               "utimensat", "setxattr", "truncate", "rename", "unlink", "link", "symlink", "mkdir",
                               "rmdir", "mkfifo", "chmod directory", "setxattr directory", "utimensat directory")}
DIRECTORIES = ("working_directory", "working_directory_below", "root_directory", "directory_descriptor",
               "path_descriptor_of_a_directory", "mount_namespace", "working_directory_in_a_mount_namespace",
               "mount_namespace_whose_first_process_has_ended", "descriptor_of_a_mount_namespace",
               "bind_mount_in_a_mount_namespace", "detached_copy_of_the_mount", "descriptors_in_flight")
FILES = ("file_descriptors", "path_descriptors_of_files", "descriptors_in_flight")
PROGRAMS = ("running_programs",)
MAPPINGS = ("private_mappings", "shared_mappings")
# From a working directory or descriptor that they may have been handed: the way to merged may be closed to them.
STRANGERS = ("working_directory", "root_directory", "directory_descriptor", "file_descriptors", "running_programs",
             "working_directory_in_a_mount_namespace", "bind_mount_in_a_mount_namespace", "detached_copy_of_the_mount",
             "descriptors_in_flight")


class LeftCase(LeftOverlayCase):
    def assert_holds(self, way, outcomes):
        done = {what for what, outcome in outcomes.items() if outcome == "done"}
        if way in DIRECTORIES:
            self.assertLessEqual(IN_DIRECTORIES, done, outcomes)
        if way in FILES:
            on_files = [what for what in done if what.endswith(": open for writing") and "/fd/" in what]
            self.assertEqual(len(on_files), 2, outcomes)
        if way in FILES + PROGRAMS:
            self.assertEqual(len([what for what in done if what.endswith(": chmod") and "/proc/" in what]), 2, outcomes)
        self.assertNotIn("remount", done)

    def assert_left_overlay_is_harmless(self, way, user):
        holder = self.hold(way, user)
        self.assert_holds(way, holder.attempt(0))
        self.assert_exit(0, "umount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])
        self.make_times_old()
        self.assert_exit(0, "mount", "alpha")
        self.assert_can_write()
        outcomes = self.assert_writes_nothing(holder)
        if way in DIRECTORIES:
            self.assertEqual({outcomes[what] for what in IN_DIRECTORIES}, {"EROFS"}, outcomes)
        self.assert_can_write()
        self.assert_exit(0, "umount", "alpha")


class OfTheServersUser(LeftCase):
    """Its tests are those of the table."""


class OfAStranger(LeftCase):
    """Its tests are those of the table."""

    PLACES = {PLACE: NOBODY}


def add_test(case, way, user):
    def test(self):
        self.assert_left_overlay_is_harmless(way, user)

    setattr(case, f"test_{way}_left_in_an_overlay_that_was_unmounted", test)


for way in dict.fromkeys(DIRECTORIES + FILES + PROGRAMS + MAPPINGS):
    add_test(OfTheServersUser, way, RUNTIME_USER)
for way in STRANGERS:
    add_test(OfAStranger, way, NOBODY)


class OpenForWriting(LeftCase):
    """Those who keep it from being made read-only are named, and the server keeps its overlay."""

    def assert_busy(self, *words):
        began = time.monotonic()
        said = self.assert_exit(BUSY, "umount", "alpha")
        # On an emulated processor the search takes longer than the wait.
        self.assertLess(time.monotonic() - began, 15)
        self.assertEqual(len(said.splitlines()), 1, said)
        for word in words:
            self.assertIn(word, said)
        self.assertEqual(self.state_files(), ["alpha.json"])
        self.assert_can_write()

    def assert_unmounted(self):
        self.assert_exit(0, "umount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    def assert_named(self, way):
        holder = self.hold(way)
        self.assert_busy(f"{holder.pid} (python3)")
        self.release()
        self.assert_unmounted()

    def test_a_file_that_is_open_for_writing(self):
        self.assert_named("files_open_for_writing")

    def test_a_shared_mapping_whose_descriptor_is_closed(self):
        self.assert_named("shared_writable_mappings")

    def test_a_deleted_file_that_is_open(self):
        self.assert_named("deleted_files")

    if KNOWS_NAMELESS_FILES:
        def test_a_file_that_never_had_a_name(self):
            self.assert_named("nameless_file")

    def test_a_loop_device_on_a_file(self):
        image = self.merged() / "image"
        image.write_bytes(bytes(1 << 20))
        device = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True,
                                text=True).stdout.strip()
        try:
            self.assert_busy(device, str(image))
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)
        self.assert_unmounted()

    def test_those_who_merely_look_are_not_named(self):
        writer = self.hold("files_open_for_writing")
        reader = self.hold("file_descriptors")
        sitter = self.hold("working_directory")
        said = self.assert_exit(BUSY, "umount", "alpha")
        self.assertIn(f"{writer.pid} (python3)", said)
        for idler in (reader, sitter):
            self.assertNotIn(str(idler.pid), said.split())

    def test_it_is_waited_for_while_it_ends(self):
        holder = self.hold("files_open_for_writing")
        with subprocess.Popen([helper_binary(), "umount", "alpha"], stderr=subprocess.PIPE, text=True) as caller:
            with self.assertRaises(subprocess.TimeoutExpired):
                caller.wait(1)
            self.assert_mounted_once()
            holder.release()
            self.holders = []
            self.assertEqual(caller.wait(10), 0, caller.stderr.read())
        self.assert_not_mounted()

    def test_another_plan_leaves_the_server_its_overlay(self):
        holder = self.hold("files_open_for_writing")
        self.write_env("alpha", layers="installation")
        self.assertIn(f"{holder.pid} (python3)", self.assert_exit(BUSY, "mount", "alpha"))
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "addon\n")
        self.assert_can_write()
        self.release()
        self.assert_exit(0, "mount", "alpha")
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "base\n")


class BrokenOff(LeftCase):
    """A umount that was killed, and one that comes after another."""

    def test_after_the_overlay_was_made_read_only_mount_makes_it_anew(self):
        remount_read_only(self.merged())
        self.assert_exit(0, "mount", "alpha")
        self.assert_can_write()
        self.assertEqual(self.state_files(), ["alpha.json"])

    def test_after_the_overlay_was_made_read_only_umount_goes_on(self):
        holder = self.hold("working_directory")
        remount_read_only(self.merged())
        self.assert_exit(0, "umount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])
        self.assert_exit(0, "mount", "alpha")
        self.assert_writes_nothing(holder)

    def test_after_the_overlay_was_unmounted_umount_removes_the_record(self):
        remount_read_only(self.merged())
        subprocess.run(["umount", self.merged()], check=True)
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), [])

    def test_while_it_waits_for_a_holder(self):
        self.hold("files_open_for_writing")
        with subprocess.Popen([helper_binary(), "umount", "alpha"]) as caller:
            with self.assertRaises(subprocess.TimeoutExpired):
                caller.wait(1)
            caller.kill()
        self.assertEqual(caller.returncode, -signal.SIGKILL)
        self.assert_exit(0, "mount", "alpha")
        self.assert_can_write()
        self.release()
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), [])

    def test_umount_comes_twice_while_somebody_holds_on(self):
        holder = self.hold("working_directory")
        self.assert_exit(0, "umount", "alpha")
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), [])
        self.assert_exit(0, "mount", "alpha")
        self.assert_writes_nothing(holder)


class WithoutTheHelper(LeftCase):
    """Somebody has unmounted merged himself, and what is left of the overlay can be written to."""

    def assert_no_two_writers(self, holder):
        """What mount may do: make the old overlay read-only, or refuse and name who has it."""
        done = run_helper("mount", "alpha")
        if done.returncode == 0:
            self.assert_can_write()
            self.assert_writes_nothing(holder)
        else:
            self.assertEqual(done.returncode, BUSY, done.stderr)
            self.assertIn(f"{holder.pid} (python3)", done.stderr)
            self.assert_not_mounted()
        return done

    def assert_mounted_once_they_have_gone(self):
        self.release()
        self.assert_exit(0, "mount", "alpha")
        self.assert_can_write()
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), [])

    def test_umount_with_a_private_copy(self):
        holder = self.hold("mount_namespace")
        subprocess.run(["umount", self.merged()], check=True)
        self.assertIn("done", holder.attempt(0).values())
        self.assertEqual(self.assert_no_two_writers(holder).returncode, 0)
        self.assert_mounted_once_they_have_gone()

    def test_umount_with_a_private_copy_whose_first_process_has_ended(self):
        holder = self.hold("mount_namespace_whose_first_process_has_ended")
        subprocess.run(["umount", self.merged()], check=True)
        self.assertEqual(self.assert_no_two_writers(holder).returncode, 0)
        self.assert_mounted_once_they_have_gone()

    def test_umount_with_a_copy_that_is_bound_elsewhere(self):
        holder = self.hold("bind_mount_in_a_mount_namespace")
        subprocess.run(["umount", self.merged()], check=True)
        self.assert_no_two_writers(holder)
        self.assert_mounted_once_they_have_gone()

    def test_a_lazy_umount_with_a_descriptor(self):
        holder = self.hold("directory_descriptor")
        subprocess.run(["umount", "--lazy", self.merged()], check=True)
        self.assertIn("done", holder.attempt(0).values())
        self.assert_no_two_writers(holder)
        self.assert_mounted_once_they_have_gone()

    def test_a_lazy_umount_with_a_file_open_for_writing(self):
        holder = self.hold("files_open_for_writing")
        subprocess.run(["umount", "--lazy", self.merged()], check=True)
        self.assertIn(f"{holder.pid} (python3)", self.assert_exit(BUSY, "mount", "alpha"))
        self.assert_not_mounted()
        # Its record is what tells of the overlay that is left.
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), ["alpha.json"])
        self.assert_exit(BUSY, "mount", "alpha")
        self.release()
        self.assert_exit(0, "umount", "alpha")
        self.assertEqual(self.state_files(), [])
        self.assert_exit(0, "mount", "alpha")

    def test_a_lazy_umount_with_descriptors_that_no_process_shows(self):
        holder = self.hold("descriptors_in_flight")
        subprocess.run(["umount", "--lazy", self.merged()], check=True)
        said = self.assert_exit(BUSY, "mount", "alpha")
        self.assertIn("left4me-overlay: alpha: ", said)
        self.assert_not_mounted()
        self.assertIn("done", holder.attempt(0).values())
        self.assert_mounted_once_they_have_gone()


COVER = """
import ctypes, os, sys
def mount(source, target, kind, flags=0, data=None):
    if ctypes.CDLL(None).mount(source, target, kind, flags, data) != 0:
        sys.exit(f"cannot mount {kind}")
"""
COVER_WITH_TMPFS = COVER + """
ancestor, merged = sys.argv[1:]
mount(b"cover", os.fsencode(ancestor), b"tmpfs")
os.makedirs(merged)
mount(b"left4me:alpha", os.fsencode(merged), b"tmpfs")
"""
COVER_WITH_A_MUTE_FUSE = COVER + """
ancestor, merged = sys.argv[1:]
server = os.open("/run/test-fuse", os.O_RDWR)
mount(b"cover", os.fsencode(ancestor), b"fuse", 0, f"fd={server},rootmode=40000,user_id=0,group_id=0".encode())
"""
WAIT = "\nprint('ready', flush=True)\nsys.stdin.readline()\n"


class Cover:
    """A process of the servers' user in such a copy."""

    def __init__(self, script, ancestor, merged):
        self._process = subprocess.Popen([*OWN_MOUNTS, PYTHON, "-c", script + WAIT, ancestor, merged],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
                                         user=RUNTIME_USER, group=RUNTIME_USER, extra_groups=[])
        if self._process.stdout.readline() != "ready\n":
            self.release()
            raise RuntimeError("it could not cover anything")
        self.pid = self._process.pid

    def release(self):
        self._process.communicate()


class CoveredCopies(LeftCase):
    """An unprivileged user's private copy of the mount table, with a mount of his over the way to merged."""

    def cover(self, script, ancestor):
        self.holders.append(Cover(script, ancestor, self.merged()))
        return self.holders[-1]

    def ancestors(self):
        return self.merged().parent, DISK

    def assert_mount_ends(self):
        """It mounts, or refuses and names the process; within what a start may take."""
        began = time.monotonic()
        done = run_helper("mount", "alpha")
        self.assertIn(done.returncode, (0, BUSY), done.stderr)
        self.assertLess(time.monotonic() - began, 30)
        if done.returncode == 0:
            self.assert_can_write()
        else:
            self.assert_not_mounted()
        return done

    def options_seen_by(self, process, point):
        lines = Path(f"/proc/{process.pid}/mountinfo").read_text().splitlines()
        return [(line.split(" - ")[1].split()[0], line.split(" - ")[1].split()[2].split(",")[0], line.split()[5])
                for line in lines if line.split()[4] == str(point) and "tmpfs" in line.split(" - ")[1]]

    def test_a_foreign_file_system_in_mergeds_place_is_left_alone(self):
        for ancestor in self.ancestors():
            with self.subTest(ancestor.name):
                self.assert_exit(0, "mount", "alpha")
                process = self.cover(COVER_WITH_TMPFS, ancestor)
                before = self.options_seen_by(process, self.merged())
                self.assertEqual([option for _, option, _ in before], ["rw"])
                subprocess.run(["umount", self.merged()], check=True)
                done = self.assert_mount_ends()
                self.assertEqual(self.options_seen_by(process, self.merged()), before)
                if done.returncode == BUSY:
                    self.assertIn(str(process.pid), done.stderr)
                self.release()
                self.assert_exit(0, "mount", "alpha")
                self.assert_exit(0, "umount", "alpha")

    def test_a_file_system_that_never_answers_is_not_waited_for(self):
        os.mknod("/run/test-fuse", stat.S_IFCHR, os.makedev(10, 229))
        os.chmod("/run/test-fuse", 0o666)
        self.addCleanup(os.unlink, "/run/test-fuse")
        for ancestor in (self.merged(), *self.ancestors()):
            with self.subTest(ancestor.name):
                self.assert_exit(0, "mount", "alpha")
                self.cover(COVER_WITH_A_MUTE_FUSE, ancestor)
                subprocess.run(["umount", self.merged()], check=True)
                self.assert_mount_ends()
                self.release()
                self.assert_exit(0, "mount", "alpha")
                self.assert_exit(0, "umount", "alpha")

    def test_umount_does_not_look_at_them(self):
        process = self.cover(COVER_WITH_TMPFS, self.merged().parent)
        before = self.options_seen_by(process, self.merged())
        began = time.monotonic()
        self.assert_exit(0, "umount", "alpha")
        self.assertLess(time.monotonic() - began, 5)
        self.assert_exit(0, "mount", "alpha")
        self.assertEqual(self.options_seen_by(process, self.merged()), before)


