"""Whoever does not read what a helper says keeps nobody else from the instance."""

import os
import subprocess
import time

from tests.overlay.sandbox import BUSY, STATE, HelperCase, helper_binary, run_helper, wait_until

# Each is told of in a line.
WARNINGS = "".join(f"L4D2_PROT_{number}=1\n" for number in range(100))


class UnreadMessages(HelperCase):
    def setUp(self):
        super().setUp()
        self.write_env("alpha", text=f"L4D2_PORT=27015\n{WARNINGS}")
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.writing, False)
        try:
            while True:
                os.write(self.writing, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(self.writing, True)

    def tearDown(self):
        os.close(self.writing)
        os.close(self.reading)
        super().tearDown()

    def call(self, *arguments):
        return subprocess.Popen([helper_binary(), *arguments], stderr=self.writing)

    def assert_free(self, *arguments):
        """The next call is done at once."""
        began = time.monotonic()
        done = run_helper(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(time.monotonic() - began, 4)

    def finish(self, process):
        """Reads what it says until it has ended."""
        os.set_blocking(self.reading, False)

        def has_ended():
            try:
                os.read(self.reading, 1 << 16)
            except BlockingIOError:
                pass
            return process.poll() is not None
        wait_until(has_ended, "the end of the helper")
        return process.returncode

    def test_a_mount_with_many_warnings(self):
        process = self.call("mount", "alpha")
        wait_until((STATE / "alpha.json").exists, "the end of what it has to do")
        self.assert_free("umount", "alpha")
        self.assert_free("mount", "alpha")
        self.assertIsNone(process.poll(), "it had said all: nothing was tested")
        self.assertEqual(self.finish(process), 0)
        self.assert_mounted_once()

    def test_a_mount_that_is_refused(self):
        self.write_env("alpha", layers="overlays/no-such:installation", text=f"L4D2_PORT=27015\n{WARNINGS}")
        process = self.call("mount", "alpha")
        self.write_env("beta")
        self.assert_free("mount", "beta")
        self.wait_for_the_lock_of(process)
        self.write_env("alpha")
        self.assert_free("mount", "alpha")
        self.assertIsNone(process.poll(), "it had said all: nothing was tested")
        self.assertEqual(self.finish(process), 77)

    def test_a_umount_of_what_is_in_use(self):
        run_helper("mount", "alpha")
        with open(self.merged() / "open", "w"):
            process = self.call("umount", "alpha")
            self.wait_for_the_lock_of(process)
        self.assert_free("umount", "alpha")
        self.assertIsNone(process.poll(), "it had said all: nothing was tested")
        self.assertEqual(self.finish(process), BUSY)

    @staticmethod
    def wait_for_the_lock_of(process):
        """Until it writes to the pipe, or has ended."""
        def is_writing():
            with open(f"/proc/{process.pid}/wchan") as file:
                return "pipe" in file.read() or process.poll() is not None
        wait_until(is_writing, "the end of what it has to do")
