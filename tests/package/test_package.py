"""What the package is, before it is installed."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.machine import product, roots
from tests.machine.machine import RELEASES
from tests.package import packages
from tests.package.packages import build_deb

LINTIAN = "lintian --allow-root --pedantic --display-info --tag-display-limit 0 --fail-on error,warning,info,pedantic"
# What cannot be overridden in the package, since the other release's lintian does not know it or does not find it: there
# is nothing here for another init, and the policy it follows is that which Debian 12 came with.
SUPPRESSED = {"bookworm": "package-supports-alternative-init-but-no-init.d-script",
              "trixie": "out-of-date-standards-version"}
PROGRAMS = ["systemd/system-generators/left4me-generator", "libexec/left4me/left4me-overlay",
            "libexec/left4me/left4me-watch"]


class Package(unittest.TestCase):
    def test_its_version_is_that_of_the_project(self):
        version = re.search(r"^ +VERSION ([\d.]+)", (product.SOURCE / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
        for release in RELEASES:
            with self.subTest(release=release):
                self.assertRegex(packages.control_field(packages.built(release), "Version"),
                                 rf"^{re.escape(version)}-\d+{build_deb.VERSION_SUFFIXES[release]}$")

    def test_lintian_has_nothing_to_say(self):
        for release in RELEASES:
            with self.subTest(release=release):
                directory = packages.built(release).parent
                lintian = f"{LINTIAN} --suppress-tags {SUPPRESSED[release]}"
                if release == roots.host_release():
                    said = product.run(["/bin/sh", "-c", f"{lintian} {directory}/*.changes"]).stdout
                else:
                    said = product.run_in_build_root(release, f"{lintian} /build/*.changes", directory).stdout
                self.assertEqual(said, "")

    def test_every_file_was_compiled_with_the_hardening_of_debian(self):
        for release in RELEASES:
            with self.subTest(release=release):
                product.run(["blhc", "--bindnow", packages.built(release).with_name("build.log")])

    def test_its_programs_are_hardened(self):
        for release in RELEASES:
            with self.subTest(release=release), tempfile.TemporaryDirectory() as tree:
                subprocess.run(["dpkg-deb", "--extract", packages.built(release), tree], check=True)
                for name in PROGRAMS:
                    (program,) = Path(tree).glob(f"**/{name}")
                    facts = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic",
                                            "--dyn-syms", program], check=True, capture_output=True, text=True).stdout
                    for what in (r"Type: +DYN", r"GNU_RELRO", r"FLAGS_1\) +Flags: NOW PIE", r"__stack_chk_fail",
                                 r"\w_chk@"):
                        self.assertRegex(facts, what, program)
                    self.assertNotRegex(facts, r"GNU_STACK.* RWE|RPATH|RUNPATH")

    def test_a_second_build_is_the_same_byte_for_byte(self):
        for release in RELEASES:
            with self.subTest(release=release):
                first = packages.built(release)
                before = os.umask(0o077)
                try:
                    # Elsewhere, at another time, by another user's habits, and really compiled.
                    second = build_deb.build(release, first.parents[1] / f"{release}-again", cached=False,
                                             environment={"TZ": "Pacific/Kiritimati", "LANG": "C"})
                finally:
                    os.umask(before)
                made = {package.name: package.read_bytes() for package in first.parent.glob("*.deb")}
                self.assertEqual(len(made), 2)
                self.assertEqual({package.name for package in second.parent.glob("*.deb")}, made.keys())
                for name, content in made.items():
                    self.assertTrue(content == (second.parent / name).read_bytes(), f"{name} differs")
