"""Each benchmark at its smallest size: it ends, and prints its table. What it measures then says nothing."""

import subprocess
import sys
import unittest
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parent


class Smallest(unittest.TestCase):
    def assert_prints(self, rows, name, *options):
        done = subprocess.run([sys.executable, DIRECTORY / name, *options], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for row in rows:
            self.assertRegex(done.stdout, rf"(?m)^.*{row}.*\d")

    def test_the_helper(self):
        self.assert_prints(("mount +descriptors", "umount +staged", "read +merged, idmapped"), "helper", "--least")

    def test_the_generator(self):
        self.assert_prints(("left4me-generator", "quadlet", "bookworm +2 +yes", "trixie +2 +yes"), "generator", "--least")

    def test_the_list(self):
        self.assert_prints(("root", "left4me"), "list", "--servers", "2", "--turns", "1")

    def test_the_lifecycle(self):
        self.assert_prints(("bookworm +2 +boot", "trixie +2 +start all"), "lifecycle", "--quick", "--counts", "2",
                           "--releases", "bookworm", "trixie")
