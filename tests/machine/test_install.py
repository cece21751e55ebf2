"""What `cmake --install` lays out, on both releases: the places other software relies on."""

import os
import subprocess
import unittest

from tests.machine import product
from tests.machine.machine import RELEASES

# systemd's own directories differ between releases.
SYSTEMD = {"bookworm": "lib/systemd", "trixie": "usr/lib/systemd"}
# What only that systemd and later ones know.
OF_SYSTEMD = {"bookworm": [], "trixie": ["usr/lib/systemd/system/l4d2@.service.d/40-systemd-257.conf"]}
EXAMPLES = "usr/share/doc/left4me-systemd/examples"


def installed_files(tree):
    """{path: "" for a file, the target for a symlink}"""
    files = {}
    for directory, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(directory, name)
            files[os.path.relpath(path, tree)] = os.readlink(path) if os.path.islink(path) else ""
    return files


def shipped_examples():
    """Their paths below packaging/examples."""
    return installed_files(product.SOURCE / "packaging/examples").keys() - {"CMakeLists.txt"}


class Install(unittest.TestCase):
    def test_everything_is_where_it_belongs(self):
        for release in RELEASES:
            with self.subTest(release=release):
                systemd = SYSTEMD[release]
                self.assertEqual(installed_files(product.install(release)), {
                    f"{systemd}/system-generators/left4me-generator": "",
                    f"{systemd}/system/l4d2@.service": "",
                    f"{systemd}/system/l4d2.target": "",
                    f"{systemd}/system/l4d2-game.slice": "",
                    f"{systemd}/system/left4me-late-instances.service": "",
                    f"{systemd}/system/left4me-watch.service": "",
                    f"{systemd}/system/left4me-end-silent.path": "",
                    f"{systemd}/system/left4me-end-silent.service": "",
                    f"{systemd}/system/l4d2-restart-when-empty@.service": "",
                    f"{systemd}/system/l4d2-restart-changed.service": "",
                    f"{systemd}/system/l4d2.target.wants/left4me-watch.service": "../left4me-watch.service",
                    f"{systemd}/system/multi-user.target.wants/l4d2.target": "../l4d2.target",
                    "usr/bin/l4d2ctl": "",
                    "usr/libexec/left4me/left4me-overlay": "",
                    "usr/libexec/left4me/left4me-watch": "",
                    "usr/libexec/left4me/left4me-end-silent": "",
                    "usr/libexec/left4me/left4me-await-empty": "",
                    "usr/libexec/left4me/left4me-restart-changed": "",
                    "usr/sbin/mount.left4me": "/usr/libexec/left4me/left4me-overlay",
                    "usr/share/left4me-systemd/schema/l4d2ctl-check.schema.json": "",
                    "usr/share/left4me-systemd/schema/l4d2ctl-diff.schema.json": "",
                    "usr/share/left4me-systemd/schema/l4d2ctl-explain.schema.json": "",
                    "usr/share/left4me-systemd/schema/l4d2ctl-layers.schema.json": "",
                    "usr/share/left4me-systemd/schema/l4d2ctl-list.schema.json": "",
                    "usr/share/left4me-systemd/schema/left4me-watch.schema.json": "",
                    "usr/share/man/man1/l4d2ctl.1": "",
                    "usr/share/man/man5/l4d2@.service.5": "",
                    "usr/share/man/man5/l4d2-game.slice.5": "l4d2@.service.5",
                    "usr/share/man/man5/l4d2.target.5": "l4d2@.service.5",
                    "usr/share/man/man5/left4me-instance.env.5": "",
                    "usr/share/man/man5/left4me-late-instances.service.5": "l4d2@.service.5",
                    "usr/share/man/man5/left4me-watch.service.5": "l4d2@.service.5",
                    "usr/share/man/man5/left4me-end-silent.path.5": "l4d2@.service.5",
                    "usr/share/man/man5/left4me-end-silent.service.5": "l4d2@.service.5",
                    "usr/share/man/man5/l4d2-restart-when-empty@.service.5": "l4d2@.service.5",
                    "usr/share/man/man5/l4d2-restart-changed.service.5": "l4d2@.service.5",
                    "usr/share/man/man5/left4me.conf.5": "",
                    "usr/share/man/man8/left4me-generator.8": "",
                    "usr/share/man/man8/left4me-overlay.8": "",
                    "usr/share/man/man8/left4me-watch.8": "",
                    "usr/share/man/man8/mount.left4me.8": "",
                    "usr/share/bash-completion/completions/l4d2ctl": "",
                    "usr/share/bash-completion/completions/left4me-generator": "",
                    "usr/share/bash-completion/completions/left4me-overlay": "",
                    "usr/share/zsh/vendor-completions/_l4d2ctl": "",
                    "usr/share/zsh/vendor-completions/_left4me-generator": "",
                    "usr/share/zsh/vendor-completions/_left4me-overlay": "",
                    "usr/share/zsh/vendor-completions/_left4me_instances": "",
                    "usr/lib/systemd/catalog/left4me.catalog": "",
                    "usr/lib/sysusers.d/left4me.conf": "",
                    "usr/lib/tmpfiles.d/left4me.conf": "",
                } | {f"{EXAMPLES}/{path}": "" for path in shipped_examples()} | dict.fromkeys(OF_SYSTEMD[release], ""))

    def test_examples_are_executable_where_they_were_written_to_be(self):
        for release in RELEASES:
            for path in shipped_examples():
                with self.subTest(release=release, path=path):
                    written = product.SOURCE / "packaging/examples" / path
                    installed = product.install(release) / EXAMPLES / path
                    self.assertEqual(installed.stat().st_mode & 0o7777, 0o755 if os.access(written, os.X_OK) else 0o644)

    def test_the_generator_does_not_link_libsystemd(self):
        for release in RELEASES:
            with self.subTest(release=release):
                generator = product.install(release) / SYSTEMD[release] / "system-generators/left4me-generator"
                needed = subprocess.run(["readelf", "--dynamic", generator], check=True, capture_output=True,
                                        text=True).stdout
                self.assertIn("NEEDED", needed)
                self.assertNotIn("libsystemd", needed)
