"""l4d2ctl check: what the generator says, in its words and order; and what it is asked about."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from tests.golden.ctl_check_case import INSTANCES, STATE, CheckCase, as_line, env_text, generator_lines
from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.golden.test_golden import CASES
from tests.golden.test_hostile import read_expected
from tests.hostile.env_files import HOSTILE

OF_GENERATOR = {"configuration", "directory", "file", "port", "failure"}


def without_ports(lines):
    return [line for line in lines if "is also that of" not in line]


class TheGeneratorsWords(unittest.TestCase):
    """Every file that somebody would write who wants to break in, or who errs, and every golden tree."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.top = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name, content in HOSTILE.items():
            for env_file in (cls.top / "installed" / INSTANCES / name / "instance.env",
                             cls.top / "files" / name / "instance.env"):
                env_file.parent.mkdir(parents=True)
                env_file.write_bytes(content)
        (cls.top / "empty").mkdir()
        cls.said = generator_lines(cls.top / "installed")
        cls.refused = {name for name, section in read_expected().items() if section.startswith(f"== {name}: refused")}

    def test_hostile_files_that_are_installed_are_found_as_the_generator_finds_them(self):
        done = run_l4d2ctl("check", f"--root={self.top / 'installed'}")
        found = done.stdout.splitlines()
        self.assertEqual(done.returncode, 65)
        self.assertEqual(without_ports(found), without_ports(self.said))
        self.assertCountEqual(found, self.said)
        self.assertEqual(done.stderr, f"there is no {STATE} here, so layers and users are not judged\n")

    def test_of_hostile_files_exactly_the_refused_ones_have_errors(self):
        report = validated("check", run_l4d2ctl("check", "--json", f"--root={self.top / 'installed'}").stdout)
        self.assertEqual({finding["instance"] for finding in report["findings"] if finding["severity"] == "error"},
                         self.refused)
        self.assertCountEqual([entry["instance"] for entry in report["checked"]], HOSTILE)
        self.assertLessEqual({finding["kind"] for finding in report["findings"]}, {"file", "port"})

    def test_hostile_files_that_are_not_installed_are_found_in_the_same_words(self):
        said = [line.replace(f"/{INSTANCES}/", "") for line in self.said]
        done = run_l4d2ctl("check", f"--root={self.top / 'empty'}",
                           *(f"{name}/instance.env" for name in sorted(HOSTILE)), cwd=self.top / "files")
        self.assertEqual(done.returncode, 65)
        self.assertEqual(without_ports(done.stdout.splitlines()), without_ports(said))

    def test_warnings_alone_are_no_failure(self):
        usable = [f"{name}/instance.env" for name in HOSTILE if name not in self.refused]
        done = run_l4d2ctl("check", f"--root={self.top / 'empty'}", *usable, cwd=self.top / "files")
        self.assertEqual(done.returncode, 0)
        self.assertIn("unknown key", done.stdout)

    def test_golden_trees_are_found_as_the_generator_finds_them(self):
        for case in sorted(CASES.iterdir()):
            # What it refuses is one line of the generator's: see test_max_instances.
            if case.name == "more-than-max-instances":
                continue
            with self.subTest(case.name):
                said = (case / "expected/messages").read_text().splitlines()
                report = validated("check", run_l4d2ctl("check", "--json", f"--root={case / 'root'}").stdout)
                found = [as_line(finding) for finding in report["findings"] if finding["kind"] in OF_GENERATOR]
                self.assertEqual(without_ports(found), without_ports(said))
                self.assertCountEqual(found, said)


class Arguments(CheckCase):
    """Names, files, and what is neither."""

    def setUp(self):
        super().setUp()
        self.here = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def check_file(self, name, text, *arguments, exit_status=0, **options):
        """Lines, messages and what was checked, with a file of that name in the working directory."""
        self.write(self.here / name, text)
        lines, messages, report = self.check(*(arguments or (name,)), exit_status=exit_status, cwd=self.here, **options)
        return lines, messages, [(entry["instance"], entry["file"]) for entry in report["checked"]]

    def test_a_name_shows_nothing_of_others(self):
        for name in ("beta", "no name"):
            self.instance(name, "")
        self.assertEqual(len(self.check(exit_status=65)[0]), 3)
        self.assert_finds(exit_status=0, arguments=("alpha",))

    def test_with_a_broken_left4me_conf_there_is_nothing_else_to_say(self):
        self.write(self.top / "etc/left4me/left4me.conf", "[Paths]\nRoot=relative\n")
        for arguments in ((), ("alpha",), ("nobody",)):
            lines, messages, report = self.check(*arguments, exit_status=65)
            self.assertEqual((lines, messages), (generator_lines(self.top), []))
            self.assertEqual([(finding["kind"], finding["instance"]) for finding in report["findings"]],
                             [("configuration", None)])

    def test_a_port_is_held_against_all_instances(self):
        self.instance("beta", env_text())
        self.assert_finds(f"/{INSTANCES}/beta/instance.env:2: port 27015 is also that of alpha: give each server a "
                          "port of its own", exit_status=0, arguments=("beta",))

    def test_a_port_is_held_against_those_with_an_address_that_meets_its_own(self):
        self.instance("beta", env_text() + "L4D2_IP=10.0.0.5\n")
        self.instance("gamma", env_text() + "L4D2_IP=10.0.0.6\n")
        self.assert_finds(f"/{INSTANCES}/beta/instance.env:2: port 27015 of 10.0.0.5 is also that of alpha (0.0.0.0): give "
                          "each server a port of its own", exit_status=0, arguments=("beta",))
        self.instance("alpha", env_text() + "L4D2_IP=10.0.0.7\n")
        self.assert_finds(exit_status=0)

    def test_a_name_that_ends_as_a_units_does_is_refused_with_the_reason(self):
        why = "one that does not end in .service, since systemctl takes l4d2@alpha.service for another unit"
        self.instance("alpha.service", env_text())
        self.assert_finds(f"/{INSTANCES}: 'alpha.service' is no instance name and is ignored: rename it to {why}")
        _, messages, _ = self.check("alpha.service", exit_status=66)
        self.assertEqual(messages, [f"alpha.service: no such file, and an instance's name is {why}"])
        path = self.top / INSTANCES / "alpha.service/instance.env"
        lines, _, _ = self.check(path, exit_status=65)
        self.assertEqual(lines, [f"{path}: 'alpha.service' is no instance name: rename it to {why}"])

    def test_an_unknown_name_is_said_and_the_others_are_checked(self):
        self.instance("beta", "")
        lines, messages, report = self.check("beta", "delta", "/no/such/file", "no name", exit_status=66)
        self.assertEqual(len(lines), 2)
        self.assertEqual(messages, [
            "delta: no such instance: there is no delta/instance.env in /etc/left4me/instances or "
            f"{STATE}/instances", "/no/such/file: no such file", "no name: no such file, and an instance's name is 1-63 of A-Z "
            "a-z 0-9 _ . -, beginning with a letter or digit"])
        self.assertEqual([entry["instance"] for entry in report["checked"]], ["beta"])

    def test_nothing_is_looked_at_for_an_unknown_name_alone(self):
        self.users()
        lines, messages, _ = self.check("delta", exit_status=66)
        self.assertEqual((lines, len(messages)), ([], 1))

    def test_a_file_takes_the_place_of_the_instance_that_it_is_for(self):
        self.instance("beta", env_text(27016))
        for path in ("alpha/instance.env", "./alpha/instance.env", "alpha.env"):
            for argument in {path, f"./{path}"}:
                lines, _, checked = self.check_file(path, env_text(27016), argument)
                self.assertEqual(lines, [f"{argument}:2: port 27016 is also that of beta: give each server a port of "
                                         "its own"])
                self.assertEqual(checked, [("alpha", argument)])
                lines, _, _ = self.check_file(path, env_text(27015), argument)
                self.assertEqual(lines, [])

    def test_two_files_are_held_against_each_other(self):
        self.write(self.here / "x.env", env_text(1))
        lines, _, _ = self.check_file("y.env", env_text(1), "x.env", "y.env", "x.env")
        self.assertEqual([line.partition(":")[0] for line in lines], ["x.env", "y.env"])

    def test_a_file_has_the_name_of_its_directory_or_its_own(self):
        for path, instance in (("beta/instance.env", "beta"), ("beta.env", "beta"), ("beta", "beta"),
                               (".env", "instance"), ("a b.env", "instance"), ("-x/instance.env", "instance")):
            self.assertEqual(self.check_file(path, env_text(), f"./{path}")[2], [(instance, f"./{path}")])
            shutil.rmtree(self.here / path.partition("/")[0]) if "/" in path else (self.here / path).unlink()

    def test_instance_env_in_the_working_directory_is_of_that_directory(self):
        (self.here / "gamma").mkdir()
        self.write(self.here / "gamma/instance.env", env_text())
        _, _, report = self.check("instance.env", exit_status=0, cwd=self.here / "gamma")
        self.assertEqual(report["checked"], [{"instance": "gamma", "file": "instance.env"}])

    def test_an_instance_comes_before_a_file_of_its_name(self):
        _, _, checked = self.check_file("alpha", "")
        self.assertEqual(checked, [("alpha", f"/{INSTANCES}/alpha/instance.env")])

    def test_a_name_and_a_file_for_it_are_both_checked(self):
        _, _, checked = self.check_file("alpha.env", env_text(), "alpha", "alpha.env")
        self.assertEqual(checked, [("alpha", f"/{INSTANCES}/alpha/instance.env"), ("alpha", "alpha.env")])

    def test_standard_input_is_a_file(self):
        lines, _, checked = self.check_file("x", "", "-", input="L4D2_PORT=0\n", exit_status=65)
        self.assertEqual(lines[1:], ["-:1: '0' is no port: give a number from 1 to 65535"])
        self.assertEqual(checked, [("instance", "-")])
        longest = env_text().ljust(64 * 1024, "#")
        self.assertEqual(self.check_file("x", "", "-", input=longest)[2], [("instance", "-")])
        lines, _, _ = self.check_file("x", "", "-", input=longest + "#", exit_status=65)
        self.assertEqual(lines, ["-:1: larger than 65536 bytes: shorten it"])

    def test_files_that_are_none_are_refused_as_the_generator_refuses_them(self):
        os.mkfifo(self.here / "fifo")
        (self.here / "directory").mkdir()
        self.write(self.here / "large", "#" * (64 * 1024 + 1))
        self.write(self.here / "target", env_text(27016))
        (self.here / "link.env").symlink_to("target")
        (self.here / "beta").mkdir()
        (self.here / "beta/instance.env").symlink_to("../target")
        lines, _, _ = self.check("fifo", "directory", "large", "link.env", "beta/instance.env", exit_status=65,
                                 cwd=self.here)
        self.assertEqual(lines, ["fifo:1: not a regular file: put a text file there",
                                 "directory:1: not a regular file: put a text file there",
                                 "large:1: larger than 65536 bytes: shorten it",
                                 # root is not shown the lines of what somebody's link leads to.
                                 *(["link.env:1: a symbolic link: put the file itself there"] * (os.getuid() == 0)),
                                 "beta/instance.env:1: a symbolic link: put the file itself there"])

    def test_root_is_led_nowhere_by_a_directory_that_is_a_link(self):
        self.write(self.here / "elsewhere/x.env", "secret\n")
        (self.here / "link").symlink_to("elsewhere")
        lines, _, _ = self.check("link/x.env", exit_status=65, cwd=self.here)
        self.assertEqual("'secret'" in lines[0], os.getuid() != 0)

    def test_a_files_layers_are_looked_for_in_the_tree(self):
        lines, _, _ = self.check_file("x.env", env_text(27016, ("overlays/gone", "installation")), exit_status=65)
        self.assertEqual(lines, [f"x.env:3: the layer '{STATE}/overlays/gone' does not exist: correct its "
                                 "name in L4D2_LOWERDIRS, create it, or take it out"])

    def test_a_path_brings_nothing_to_the_terminal(self):
        self.write(self.here / "x\x1b[2J\n.env", "L4D2_PORT=1\n")
        done = run_l4d2ctl("check", f"--root={self.top}", "./x\x1b[2J\n.env", cwd=self.here)
        self.assertEqual((done.stdout, done.stderr), (
            "./x\\x1b[2J\\x0a.env:1: L4D2_LOWERDIRS is missing: add a line such as "
            "L4D2_LOWERDIRS=overlays/NAME:installation\n", ""))


class AStrangersTree(unittest.TestCase):
    """--root of what somebody else has made, and names that somebody else has chosen."""

    def check_with_passwd(self, make):
        with tempfile.TemporaryDirectory() as tree:
            (Path(tree) / "etc").mkdir()
            (Path(tree) / STATE.lstrip("/")).mkdir(parents=True)
            make(Path(tree) / "etc/passwd")
            return run_l4d2ctl("check", f"--root={tree}")

    def test_nobody_waits_for_a_fifo_that_is_its_passwd(self):
        done = self.check_with_passwd(os.mkfifo)
        self.assertEqual(done.returncode, 65)
        self.assertIn("/etc/passwd: read: Invalid argument", done.stdout)

    def test_a_passwd_of_one_endless_line_is_not_read(self):
        def make(path):
            path.touch()
            os.truncate(path, 1 << 30)
        done = self.check_with_passwd(make)
        self.assertEqual(done.returncode, 65)
        self.assertIn("/etc/passwd: read: File too large", done.stdout)

    def test_a_name_with_a_line_in_it_is_one_line(self):
        for name in ("x\nlie", "x/\nlie"):
            done = run_l4d2ctl("check", name)
            self.assertEqual(done.returncode, 66)
            self.assertIn("\\x0alie: no such file", done.stderr)
