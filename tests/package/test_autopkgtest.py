"""The package's own tests, which Debian's infrastructure would run, in machines."""

import shutil
import tempfile
import unittest
from pathlib import Path

from tests.machine import roots
from tests.machine.machine import RELEASES, Machine
from tests.package import packages
from tests.package.packages import build_deb

LOOP_DEVICES = 8


class Autopkgtest(unittest.TestCase):
    def test_all_of_it_passes(self):
        for release in RELEASES:
            with self.subTest(release=release), \
                    Machine.create(release, with_product=False, make_root=roots.package_test_root) as machine, \
                    tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
                package = packages.built(release)
                shutil.copy(package, machine.path("/root"))
                tree = build_deb.unpack_sources(Path(directory), release)
                shutil.copytree(tree, machine.path("/root/source"), symlinks=True)
                machine.boot()
                # The overlay tests want a file system of their own.
                machine.shell("mknod /dev/loop-control c 10 237; "
                              f"for n in $(seq 0 {LOOP_DEVICES - 1}); do mknod /dev/loop$n b 7 $n; done")

                # It is a machine, whatever the null server thinks of it.
                done = machine.run("autopkgtest", "--ignore-restrictions=isolation-machine,isolation-container",
                                   f"/root/{package.name}", "/root/source/", "--", "null", check=False, timeout=400)
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, 0, said)
                tests = [path.name for path in (build_deb.DEBIAN / "tests").iterdir() if path.name != "control"]
                for test in tests:
                    self.assertRegex(said, rf"(?m)^{test} +PASS$")
