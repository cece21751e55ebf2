"""What the kernel would mount read-only, without a word but in its log, is refused."""

import errno
import os
import subprocess
from contextlib import contextmanager

from tests.overlay.sandbox import REFUSED, ROOT, HelperCase, mount_entries, run_helper


@contextmanager
def attribute(letter, path):
    """A file with an attribute of chattr(1)."""
    subprocess.run(["chattr", f"+{letter}", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", f"-{letter}", path], check=True)


@contextmanager
def mounted(*arguments):
    subprocess.run(["mount", *arguments], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", arguments[-1]], check=True)


class ReadOnlyCase(HelperCase):
    def setUp(self):
        super().setUp()
        # Everything is there but what the kernel makes at each mount.
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")

    def work(self):
        return self.upper().with_name("work")

    def assert_mount_refused(self, *words):
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, REFUSED, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])
        self.assertEqual(mount_entries(ROOT), [])

    def assert_mounted_writable(self):
        self.assert_done("mount", "alpha")
        (self.merged() / "written").write_text("x\n")
        self.assert_done("umount", "alpha")


class Work(ReadOnlyCase):
    def test_a_work_that_cannot_be_changed(self):
        for letter, word in (("i", "immutable"), ("a", "append")):
            with self.subTest(letter), attribute(letter, self.work()):
                self.assert_mount_refused(str(self.work()), word, f"chattr -{letter}")
        self.assert_mounted_writable()

    def test_an_empty_work_that_cannot_be_changed(self):
        (self.work() / "work").rmdir()
        for letter in "ia":
            with self.subTest(letter), attribute(letter, self.work()):
                self.assert_mount_refused(str(self.work()), f"chattr -{letter}")
        self.assert_mounted_writable()

    def test_an_inner_work_that_cannot_be_changed(self):
        for letter in "ia":
            with self.subTest(letter), attribute(letter, self.work() / "work"):
                self.assert_mount_refused(f"{self.work()}/work", f"chattr -{letter}")
        self.assert_mounted_writable()

    def test_what_cannot_be_removed_from_work(self):
        kept = self.work() / "work/kept"
        for make in (kept.touch, kept.mkdir):
            make()
            for letter in "ia":
                with self.subTest(f"{make.__name__} {letter}"), attribute(letter, kept):
                    self.assert_mount_refused(str(kept), f"chattr -{letter}")
            self.assert_mounted_writable()
            self.assertFalse(kept.exists())

    def test_what_cannot_be_removed_from_a_directory_in_work(self):
        (self.work() / "work/directory").mkdir()
        kept = self.work() / "work/directory/kept"
        kept.touch()
        with attribute("i", kept):
            self.assert_mount_refused(f"{self.work()}/work")
        self.assert_mounted_writable()

    def test_an_upper_that_cannot_be_changed_is_mounted(self):
        """Whoever did that did it on purpose, and the overlay can be written to below."""
        (self.upper() / "cfg").mkdir()
        with attribute("i", self.upper() / "cfg"):
            self.assert_done("mount", "alpha")
            self.assert_done("umount", "alpha")


class NoRoom(ReadOnlyCase):
    def test_a_full_disk(self):
        (self.work() / "work").rmdir()
        filler = ROOT / "filler"
        with open(filler, "wb") as file:
            size, step = 0, 1 << 26
            while step >= 1024:
                try:
                    os.posix_fallocate(file.fileno(), size, step)
                    size += step
                except OSError as error:
                    self.assertEqual(error.errno, errno.ENOSPC)
                    step //= 2
        try:
            with self.assertRaises(OSError):
                (ROOT / "one more").mkdir()
            self.assert_mount_refused("space")
        finally:
            filler.unlink()
            os.sync()
        self.assert_mounted_writable()

    def test_a_tmpfs_without_inodes(self):
        directory = self.upper().parent
        with mounted("-t", "tmpfs", "-o", "mode=755,nr_inodes=64", "tmpfs", directory):
            self.assert_done("mount", "alpha")
            self.assert_done("umount", "alpha")
            (self.work() / "work").rmdir()
            fillers = []
            with self.assertRaises(OSError):
                for number in range(100):
                    fillers.append(directory / f"filler-{number}")
                    fillers[-1].touch()
            self.assert_mount_refused("inodes")
            for filler in fillers:
                filler.unlink(missing_ok=True)
            self.assert_mounted_writable()


class ReadOnlyFileSystem(ReadOnlyCase):
    """Upper's file system is read-only."""

    @contextmanager
    def read_only(self):
        """The disk cannot be, since it has more than this."""
        directory = self.upper().parent
        with mounted("-t", "tmpfs", "-o", "mode=755", "tmpfs", directory):
            self.assert_done("mount", "alpha")
            self.assert_done("umount", "alpha")
            subprocess.run(["mount", "-o", "remount,ro", directory], check=True)
            yield

    def test_mount_says_so(self):
        with self.read_only():
            self.assert_mount_refused("read-only", str(self.upper().parent))
            self.assertNotIn("Way=", run_helper("mount", "alpha").stderr)

    def test_a_dry_run_says_so(self):
        with self.read_only():
            self.assert_refused(REFUSED, "read-only", "--dry-run", "mount", "alpha")

    def test_status_says_so(self):
        with self.read_only():
            self.assertIn("read-only", self.assert_done("status", "alpha").stdout)

    def test_a_bind_mount_of_upper_that_is_read_only_says_so(self):
        directory = self.upper().parent
        with mounted("--bind", directory, directory):
            subprocess.run(["mount", "-o", "remount,bind,ro", directory], check=True)
            self.assert_mount_refused("read-only")
        self.assert_mounted_writable()

    def test_of_directories_that_are_not_there_yet(self):
        directory = self.upper().parent
        with mounted("-t", "tmpfs", "-o", "mode=755,ro", "tmpfs", directory):
            self.assert_mount_refused("read-only")

    def test_what_became_read_only_under_a_mounted_overlay_does_not_keep_it_from_being_unmounted(self):
        directory = self.upper().parent
        with mounted("-t", "tmpfs", "-o", "mode=755", "tmpfs", directory):
            self.assert_done("mount", "alpha")
            subprocess.run(["mount", "-o", "remount,ro", directory], check=False)
            self.assert_done("umount", "alpha")
            self.assert_not_mounted()
