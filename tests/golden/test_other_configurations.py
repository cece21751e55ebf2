"""What l4d2ctl check says of twenty configurations as they are in use elsewhere, pasted into an instance.env.

NAME.env is what an operator pastes: the files of LinuxGSM, of containers, of panels, of units, and scripts; kinds that are in
use, with names and values of nobody's. NAME.check is what is said about it, and how check exits. LEFT4ME_REWRITE_GOLDEN=1 writes
these anew; read them before you commit them.
"""

from pathlib import Path

from tests.golden.ctl_check_case import CheckCase, env_text
from tests.golden.l4d2ctl import run_l4d2ctl
from tests.golden.test_golden import REWRITE

CONFIGURATIONS = Path(__file__).with_name("other_configurations")
NAMES = [path.stem for path in sorted(CONFIGURATIONS.glob("*.env"))]
# Of each: a password, a token, or the value of an option that may be one.
SECRETS = ("pine-needle", "0123456789ABCDEF", "tideline", "dune")


class OtherConfigurations(CheckCase):
    def setUp(self):
        super().setUp()
        self.instance("alpha", env_text(port=27099))
        self.layer("competitive")

    def said(self, name):
        done = run_l4d2ctl("check", f"--root={self.top}", f"{name}.env", cwd=CONFIGURATIONS)
        self.assertEqual(done.stderr, "")
        return f"{done.stdout}exit status {done.returncode}\n"

    def test_there_are_twenty(self):
        self.assertEqual(len(NAMES), 20)
        self.assertEqual(sorted(path.stem for path in CONFIGURATIONS.glob("*.check")), NAMES)

    def test_each_is_answered_with_what_an_operator_has_to_know(self):
        for name in NAMES:
            with self.subTest(name):
                said = self.said(name)
                expected = CONFIGURATIONS / f"{name}.check"
                if REWRITE:
                    expected.write_text(said)
                self.assertEqual(said, expected.read_text())

    def test_no_password_of_an_argument_is_repeated(self):
        for name in NAMES:
            said = self.said(name)
            for secret in SECRETS:
                self.assertNotIn(secret, said, name)


if __name__ == "__main__":
    import unittest
    unittest.main()
