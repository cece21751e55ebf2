"""The generator on whole trees: files in, units and messages out, byte for byte.

A case is a folder below cases/: root/ is what the generator reads, expected/units/ what it writes,
expected/messages what it says, and exit, where there is one, its exit code. With LEFT4ME_REWRITE_GOLDEN=1 the
expectations are written anew instead; read them before you commit them.
"""

import difflib
import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

CASES = Path(__file__).with_name("cases")
REWRITE = os.environ.get("LEFT4ME_REWRITE_GOLDEN") == "1"


def generator():
    path = os.environ.get("LEFT4ME_GENERATOR")
    if not path:
        raise RuntimeError("set LEFT4ME_GENERATOR to the left4me-generator that is to be tested")
    return path


def unit_directory():
    """Where systemd's units are here; releases differ, so the expectations say @UNIT_DIR@."""
    directory, name = os.path.split(os.path.dirname(generator()))
    if name == "system-generators":
        # It is installed.
        return f"{directory}/system"
    return subprocess.run(["pkg-config", "--variable=systemdsystemunitdir", "systemd"], check=True,
                          capture_output=True, text=True).stdout.strip()


def run_generator(*arguments):
    return subprocess.run([generator(), *map(str, arguments)], capture_output=True, text=True, check=False,
                          timeout=30)


def read_tree(top):
    """{relative path: text}; a symlink's text is "-> target"."""
    tree = {}
    for path in sorted(Path(top).rglob("*")):
        name = str(path.relative_to(top))
        if path.is_symlink():
            tree[name] = f"-> {os.readlink(path)}\n".replace(unit_directory(), "@UNIT_DIR@")
        elif path.is_file():
            tree[name] = path.read_text()
    return tree


def is_of_an_instance(path):
    """Whether a unit is not one of those that there are once for the host."""
    return "late-instances" not in path and not path.endswith("left4me-runtime.mount")


def as_text(tree):
    return "".join(f"==> {name} <==\n{text}" for name, text in sorted(tree.items()))


class Golden(unittest.TestCase):
    def check(self, case):
        with tempfile.TemporaryDirectory() as output:
            done = run_generator(f"--root={case / 'root'}", output)
            units = read_tree(output)
        if REWRITE:
            self.rewrite(case, units, done)
        self.assert_same(self.expected_units(case), units, "units")
        messages = (case / "expected/messages").read_text()
        self.assert_same({"messages": messages}, {"messages": done.stderr}, "messages")
        exit_file = case / "exit"
        self.assertEqual(done.returncode, int(exit_file.read_text()) if exit_file.exists() else 0)
        self.assertEqual(done.stdout, "")

    @staticmethod
    def expected_units(case):
        """Kept as files, a symlink as a file that ends in .symlink and says where it points."""
        return {name.removesuffix(".symlink"): text
                for name, text in read_tree(case / "expected/units").items()}

    def assert_same(self, expected, actual, what):
        if expected != actual:
            self.fail(f"{what} differ:\n" + "".join(difflib.unified_diff(
                as_text(expected).splitlines(True), as_text(actual).splitlines(True), "expected", "actual")))

    @staticmethod
    def rewrite(case, units, done):
        shutil.rmtree(case / "expected", ignore_errors=True)
        for name, text in units.items():
            path = case / "expected/units" / (name + (".symlink" if text.startswith("-> ") else ""))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (case / "expected").mkdir(exist_ok=True)
        (case / "expected/messages").write_text(done.stderr)


def add_case(case):
    setattr(Golden, f"test_{case.name.replace('-', '_')}", lambda self: self.check(case))


for folder in sorted(CASES.iterdir()):
    add_case(folder)


class CommandLine(unittest.TestCase):
    ROOT = f"--root={CASES / 'two-instances/root'}"

    def assert_refused(self, words, *arguments):
        done = run_generator(*arguments)
        self.assertEqual(done.returncode, 1)
        self.assertIn(words, done.stderr)

    def test_a_wrong_number_of_directories_is_refused(self):
        for arguments in ((), ("a", "b"), ("a", "b", "c", "d"), (self.ROOT,), (self.ROOT, "a", "b"),
                          (self.ROOT, "a", "b", "c"), ("--help",)):
            self.assert_refused("usage: left4me-generator", *arguments)

    def test_a_root_that_does_not_exist_is_named(self):
        self.assert_refused("/no-such-root: open: No such file or directory", "--root=/no-such-root", "/tmp")

    def test_an_output_directory_that_does_not_exist_is_named(self):
        self.assert_refused("/no-such-output: open: No such file or directory", self.ROOT, "/no-such-output")

    def test_nothing_that_is_there_already_is_overwritten(self):
        with tempfile.TemporaryDirectory() as output:
            unit = Path(output, "var-lib-left4me-runtime-alpha-merged.mount")
            unit.write_text("an administrator's\n")
            self.assert_refused(f"alpha: {unit}: open: File exists", self.ROOT, output)
            self.assertEqual(unit.read_text(), "an administrator's\n")
            self.assertTrue(Path(output, "l4d2@beta.service.d/50-left4me.conf").exists())

    def test_nothing_is_written_through_a_symlink(self):
        with tempfile.TemporaryDirectory() as output, tempfile.TemporaryDirectory() as elsewhere:
            Path(output, "l4d2@alpha.service.d").symlink_to(elsewhere)
            self.assert_refused(f"alpha: {output}/l4d2@alpha.service.d: mkdir: File exists", self.ROOT, output)
            self.assertEqual(os.listdir(elsewhere), [])

    def test_a_full_output_directory_is_reported_and_holds_no_half_unit(self):
        with tempfile.TemporaryDirectory() as output:
            # Files of no bytes at all: every write fails.
            done = subprocess.run(["/bin/sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh", generator(),
                                   self.ROOT, output], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("alpha: ", done.stderr)
            self.assertIn("write: File too large", done.stderr)
            self.assertEqual(read_tree(output), {})

    def test_a_second_run_into_the_same_directory_fails_and_changes_nothing(self):
        with tempfile.TemporaryDirectory() as output:
            self.assertEqual(run_generator(self.ROOT, output).returncode, 0)
            units = read_tree(output)
            self.assert_refused("alpha: ", self.ROOT, output)
            self.assertEqual(read_tree(output), units)


class FilesThatGitCannotKeep(unittest.TestCase):
    """An instance.env that is no ordinary small file neither hangs the generator nor is read."""

    BROKEN = ["l4d2@alpha.service.d/50-left4me.conf"]
    USABLE = ["l4d2-layers@alpha.target", *BROKEN, "var-lib-left4me-runtime-alpha-merged.mount"]
    LIMIT = 64 * 1024
    VALID = "L4D2_LOWERDIRS=installation\nL4D2_PORT=27015\n#"

    def generate(self, make):
        """The messages and the names of the units for an instance whose instance.env `make` creates."""
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            env_file = Path(root, "var/lib/left4me/instances/alpha/instance.env")
            env_file.parent.mkdir(parents=True)
            make(env_file)
            done = run_generator(f"--root={root}", output)
            self.assertEqual(done.returncode, 0)
            return done.stderr, sorted(filter(is_of_an_instance, read_tree(output)))

    def assert_unusable(self, problem, make):
        messages, units = self.generate(make)
        self.assertEqual(messages, f"/var/lib/left4me/instances/alpha/instance.env:1: {problem}\n")
        self.assertEqual(units, self.BROKEN)

    def test_a_fifo_is_not_waited_for(self):
        self.assert_unusable("not a regular file: put a text file there", os.mkfifo)

    def test_a_socket_is_no_file(self):
        def bind(path):
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
        self.assert_unusable("not a regular file: put a text file there", bind)

    def test_a_file_of_64_kib_is_read_and_one_byte_more_is_not(self):
        messages, units = self.generate(lambda path: path.write_text(self.VALID.ljust(self.LIMIT, "x")))
        self.assertEqual(messages, "")
        self.assertEqual(units, self.USABLE)
        self.assert_unusable(f"larger than {self.LIMIT} bytes: shorten it",
                             lambda path: path.write_text(self.VALID.ljust(self.LIMIT + 1, "x")))
