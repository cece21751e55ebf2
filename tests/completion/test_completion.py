"""What bash and zsh offer for the command lines of the programs, as they are installed, to somebody who is not root."""

import shutil
import unittest

from tests.completion.shells import SHELLS, InstalledHost
from tests.manual import product_text
from tests.manual.product_text import tables

OVERLAY = "/usr/libexec/left4me/left4me-overlay"
# Each would show in the home directory, /tmp, or on the command line, were it more than a name.
HOSTILE = [b"$(cd;touch injected)", b"`cd;touch injected`", b";cd;touch injected", b"a b", b"*", b"-rf", b"x\ny",
           b"x'y", b'x"y', b"\x1b[31mred", b"caf\xc3\xa9", b"\xff", b".hidden", b"$HOME", b"a" * 64, b"a\\", b"{a,b}",
           b"~root", b"!!"]


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = InstalledHost()
        cls.addClassCleanup(cls.host.remove)
        cls.host.add_instances("/etc/left4me/instances", "alpha", "beta")
        cls.host.add_instances("/var/lib/left4me/instances", "alpha", "gamma-1", "my.server_2", *HOSTILE)
        cls.host.add_instances("/var/lib/left4me/instances", "alpha.service", "b.mount", "c.timer", "d.snapshot")
        cls.host.path("/var/lib/left4me/instances/no-directory").touch()
        cls.host.path("/var/lib/left4me/instances/a-link").symlink_to("alpha")
        cls.host.path("/run/left4me").mkdir(parents=True)
        cls.host.path("/run/left4me/retired.json").touch()
        # Mounted by an earlier version.
        cls.host.path("/run/left4me/old.service.json").touch()
        cls.instances = ["alpha", "beta", "gamma-1", "my.server_2", "old.service", "retired"]
        cls.shells = []
        for shell in SHELLS:
            cls.shells.append(shell(cls.host))
            cls.addClassCleanup(cls.shells[-1].close)

    def assert_candidates(self, typed, expected):
        for shell in self.shells:
            with self.subTest(shell=type(shell).__name__, typed=typed):
                self.assertEqual(shell.candidates(typed), sorted(expected))

    def assert_completed(self, typed, expected):
        for shell in self.shells:
            with self.subTest(shell=type(shell).__name__, typed=typed):
                self.assertEqual(shell.complete(typed), expected)

    def test_every_verb_and_option_is_offered_and_nothing_else(self):
        options = set(tables()["options"])
        self.assert_candidates(f"{OVERLAY} ", tables()["verbs"])
        self.assert_candidates(f"{OVERLAY} --", options - {"--json"})
        self.assert_candidates(f"{OVERLAY} status --", ["--json"])
        self.assert_candidates(f"{OVERLAY} --dry-run ", ["mount"])
        for typed in ("mount -", "umount -", "--dry-run mount -", "mount alpha ", "--help ", "nonsense "):
            self.assert_completed(f"{OVERLAY} {typed}", f"{OVERLAY} {typed}")

    def test_the_program_is_known_by_its_path_and_by_its_name(self):
        for program in (OVERLAY, "left4me-overlay", f"sudo {OVERLAY}"):
            self.assert_completed(f"{program} umount be", f"{program} umount beta ")

    def test_the_instances_are_those_of_all_directories_and_records(self):
        for words in ("mount ", "umount ", "status ", "--dry-run mount "):
            self.assert_candidates(f"{OVERLAY} {words}", self.instances)
        self.assert_candidates(f"{OVERLAY} status alpha beta ", ["gamma-1", "my.server_2", "old.service", "retired"])

    def test_no_name_is_anything_but_data(self):
        for shell in self.shells:
            with self.subTest(shell=type(shell).__name__):
                shell.candidates(f"{OVERLAY} status ")
                self.assertEqual(shell.run("ls -A /tmp"), "")

    def test_what_the_user_has_set_in_the_shell_changes_nothing(self):
        for shell in SHELLS:
            shell = shell(self.host)
            self.addCleanup(shell.close)
            shell.run(shell.UNUSUAL)
            with self.subTest(shell=type(shell).__name__):
                self.assertEqual(shell.candidates(f"{OVERLAY} mount "), self.instances)

    def test_instances_are_found_where_the_configuration_says(self):
        self.host.add_instances("/srv/left4me/servers", "delta")
        self.host.add_instances("/srv/elsewhere", "epsilon")
        drop_ins = self.host.path("/etc/left4me/left4me.conf.d")
        drop_ins.mkdir()
        self.addCleanup(shutil.rmtree, drop_ins)
        drop_ins.joinpath("50.conf").write_text(
            "[Paths]\nRoot=/srv/left4me\nInstanceDirectories = servers:/srv/elsewhere:$(touch /tmp/injected)")
        for shell in SHELLS:
            shell = shell(self.host)
            self.addCleanup(shell.close)
            with self.subTest(shell=type(shell).__name__):
                self.assertEqual(shell.candidates(f"{OVERLAY} mount "), sorted([*self.instances, "delta", "epsilon"]))
                self.assertEqual(shell.run("ls -A /tmp"), "")

    def test_every_verb_and_option_of_l4d2ctl_is_offered_and_nothing_else(self):
        words = tables()["ctl"]
        self.assert_candidates("l4d2ctl ", words["verbs"])
        self.assert_candidates("l4d2ctl --", words["options"])
        for verb, options in words["verbs"].items():
            for shell in self.shells:
                with self.subTest(shell=type(shell).__name__, verb=verb):
                    offered = {option.removesuffix("=") for option in shell.candidates(f"l4d2ctl {verb} --")}
                    self.assertEqual(offered, set(options))
        self.assert_completed("l4d2ctl nonsense ", "l4d2ctl nonsense ")

    def test_l4d2ctl_takes_instances(self):
        for verb in ("list", "diff", "layers", "layers --drift", "explain", "list --json"):
            self.assert_candidates(f"l4d2ctl {verb} ", self.instances)
        self.assert_candidates("l4d2ctl diff alpha beta ", ["gamma-1", "my.server_2", "old.service", "retired"])
        self.assert_completed("l4d2ctl explain alpha b", "l4d2ctl explain alpha b")
        self.assert_completed("l4d2ctl check be", "l4d2ctl check beta ")

    def test_l4d2ctl_takes_files_and_trees_where_it_reads_some(self):
        self.assert_completed("l4d2ctl check /var/lib/left4me/instances/no-dir",
                              "l4d2ctl check /var/lib/left4me/instances/no-directory ")
        self.assert_completed("l4d2ctl list --root=/var/lib/left4", "l4d2ctl list --root=/var/lib/left4me/")

    def test_the_generator_takes_directories(self):
        generator = next(path for path in product_text.install(self.host.files)
                         if path.endswith("/left4me-generator") and "systemd" in path)
        self.assert_completed(f"{generator} --r", f"{generator} --root=")
        self.assert_completed(f"{generator} --root=/var/lib/left4", f"{generator} --root=/var/lib/left4me/")
        self.assert_completed(f"{generator} /var/lib/left4", f"{generator} /var/lib/left4me/")
