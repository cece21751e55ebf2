"""The generator on hostile instance.env files, each beside two ordinary instances that nothing may disturb.

hostile_messages holds what is said about each file, and whether its instance can be used. It is written anew
with LEFT4ME_REWRITE_GOLDEN=1; read it before you commit it.
"""

import difflib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.golden.test_golden import REWRITE, generator, is_of_an_instance, read_tree, run_generator
from tests.hostile.env_files import HOSTILE, USABLE

EXPECTED = Path(__file__).with_name("hostile_messages")
INSTANCES = "var/lib/left4me/instances"
BYSTANDERS = {"aaa": b"L4D2_LOWERDIRS=overlays/x:installation\nL4D2_PORT=1\nL4D2_AUTOSTART=yes\n",
              "zzz": b"L4D2_LOWERDIRS=installation\nL4D2_PORT=2\nL4D2_ARGS=+map c1m1_hotel\n"}


def generate(instances):
    """What the generator says and writes for {name: instance.env}."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
        for name, content in instances.items():
            env_file = Path(root, INSTANCES, name, "instance.env")
            env_file.parent.mkdir(parents=True)
            env_file.write_bytes(content)
        done = run_generator(f"--root={root}", output)
        return done, read_tree(output)


def read_expected():
    """{name: "usable" or "refused", and the messages}"""
    sections = EXPECTED.read_text().split("\n== ")[1:]
    return {section.partition(":")[0]: f"== {section.rstrip()}\n" for section in sections}


class Hostile(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.undisturbed = generate(BYSTANDERS)[1]
        cls.expected = {} if REWRITE else read_expected()
        cls.actual = {}

    @classmethod
    def tearDownClass(cls):
        if REWRITE:
            EXPECTED.write_text("What the generator says about the files of tests/hostile.\n\n" +
                                "\n".join(cls.actual[name] for name in HOSTILE))

    def check(self, name):
        done, units = generate(BYSTANDERS | {name: HOSTILE[name]})
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        usable = f"var-lib-left4me-runtime-{name}-merged.mount".replace(name, name.replace("-", "\\x2d")) in units
        messages = done.stderr.replace(f"/{INSTANCES}/{name}/instance.env", "")
        self.actual[name] = f"== {name}: {'usable' if usable else 'refused'}\n{messages}"
        if not REWRITE and self.actual[name] != self.expected.get(name):
            self.fail("".join(difflib.unified_diff((self.expected.get(name) or "").splitlines(True),
                                                   self.actual[name].splitlines(True), "expected", "actual")))

        drop_in = f"l4d2@{name}.service.d/50-left4me.conf"
        self.assertIn(f"SourcePath=/{INSTANCES}/{name}/instance.env\n", units[drop_in])
        self.assertEqual("cannot be used" in units[drop_in], not usable)
        others = {path: text for path, text in units.items() if name not in path.replace("\\x2d", "-")}
        self.assertEqual(others, self.undisturbed)

    def test_all_of_them_at_once_give_what_each_gives_alone(self):
        done, units = generate(BYSTANDERS | HOSTILE)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        for name in HOSTILE:
            self.assertIn(f"l4d2@{name}.service.d/50-left4me.conf", units)
        for path, text in self.undisturbed.items():
            self.assertEqual(units[path], text)


def add_file(name):
    setattr(Hostile, f"test_{name.replace('-', '_')}", lambda self: self.check(name))


for hostile_name in HOSTILE:
    add_file(hostile_name)


class AcrossInstances(unittest.TestCase):
    def messages(self, instances):
        return generate(instances)[0].stderr.replace(f"/{INSTANCES}/", "")

    def test_a_port_used_twice_is_a_warning_on_both(self):
        self.assertEqual(self.messages({"a": USABLE, "b": USABLE}),
                         "a/instance.env:2: port 27015 is also that of b: give each server a port of its own\n"
                         "b/instance.env:2: port 27015 is also that of a: give each server a port of its own\n")

    def test_the_port_of_a_file_that_cannot_be_used_is_nobodys(self):
        self.assertNotIn("is also that of", self.messages({"a": USABLE, "b": USABLE + b"L4D2_ARGS=-gdb\n"}))


class Retired(unittest.TestCase):
    """A record in /run/left4me whose instance.env is gone."""

    def generate(self, instances, records):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            for name, content in instances.items():
                Path(root, INSTANCES, name).mkdir(parents=True)
                if content is not None:
                    Path(root, INSTANCES, name, "instance.env").write_bytes(content)
            Path(root, "run/left4me").mkdir(parents=True)
            for record in records:
                Path(root, "run/left4me", record).write_text("{}")
            done = run_generator(f"--root={root}", output)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            return {path: text for path, text in read_tree(output).items() if is_of_an_instance(path)}

    def test_it_is_unmounted_when_its_server_stops(self):
        drop_in = ("# Automatically generated by left4me-generator\n\n[Service]\n"
                   "ExecStopPost=\nExecStopPost=+/usr/bin/nsenter --mount=/proc/1/ns/mnt -- "
                   "/usr/libexec/left4me/left4me-overlay umount gone\n")
        units = {"l4d2@gone.service.d/50-left4me.conf": drop_in}
        self.assertEqual(self.generate({}, ["gone.json"]), units)
        self.assertEqual(self.generate({"gone": None}, ["gone.json"]), units)

    def test_a_record_of_an_instance_that_is_there_changes_nothing(self):
        self.assertEqual(self.generate({"a": USABLE}, ["a.json"]), self.generate({"a": USABLE}, []))

    def test_what_is_no_record_is_passed_over(self):
        self.assertEqual(self.generate({}, ["gone.lock", "gone.json.new", "-.json", ".json", "a b.json", "x"]), {})


class Bounds(unittest.TestCase):
    """However much there is, the generator ends."""

    def test_large_files_are_read_up_to_a_total_and_small_ones_always(self):
        big = USABLE.ljust(64 * 1024, b"\n")
        done, units = generate({f"n{number:03}": big for number in range(66)} | {"z": USABLE})
        self.assertEqual(done.returncode, 0)
        refused = [line for line in done.stderr.splitlines() if "is also that of" not in line]
        self.assertEqual(refused, [f"/{INSTANCES}/n{number:03}/instance.env:1: larger than 2048 bytes, and so many "
                                   "others are that it is not read: shorten them" for number in (64, 65)])
        self.assertIn("cannot be used", units["l4d2@n064.service.d/50-left4me.conf"])
        for name in ("n063", "z"):
            self.assertIn("ExecStart=", units[f"l4d2@{name}.service.d/50-left4me.conf"])

    def test_names_are_kept_up_to_a_number_and_what_is_mounted_before_others(self):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            for number in range(2 * 8192):
                Path(root, INSTANCES, f"n{number:05}").mkdir(parents=True)
            Path(root, "run/left4me").mkdir(parents=True)
            for name in ("n08190", "n08191", "n16383"):
                Path(root, INSTANCES, name, "instance.env").write_bytes(USABLE.replace(b"27015", name[-4:].encode()))
            Path(root, "run/left4me/n16383.json").write_text("{}")
            trusted = Path(root, "etc/left4me/instances/mine")
            trusted.mkdir(parents=True)
            (trusted / "instance.env").write_bytes(USABLE)
            done = run_generator(f"--root={root}", output)
            self.assertEqual((done.returncode, done.stderr), (
                0, f"/{INSTANCES}: more than 8192 instances or 1000000 entries, and the rest is ignored: "
                "clear the directory of what is no instance\n"))
            self.assertEqual({path for path in read_tree(output) if path.startswith("l4d2@")},
                             {f"l4d2@{name}.service.d/50-left4me.conf" for name in ("mine", "n08190", "n16383")})

    def test_a_file_under_a_lease_is_not_waited_for(self):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            first = Path(root, INSTANCES, "n0/instance.env")
            first.parent.mkdir(parents=True)
            first.write_bytes(USABLE)
            for number in range(1, 1000):
                Path(root, INSTANCES, f"n{number}").mkdir()
                os.link(first, Path(root, INSTANCES, f"n{number}/instance.env"))
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            with open(first, "rb+") as leased:
                fcntl.fcntl(leased, fcntl.F_SETLEASE, fcntl.F_WRLCK)
                done = run_generator(f"--root={root}", output)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.stderr.count("another process holds a lease on it: end that process, or write the "
                                               "file anew"), 1000)


class SymlinkedInstances(unittest.TestCase):
    """The instance directories are the administrator's word; where their owner makes a symlink of one, not all of
    what it says goes into a unit."""

    def generate(self, links):
        """Messages and units for {path: target}, with instances in /home/web/instances."""
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            configuration = Path(root, "etc/left4me/left4me.conf")
            configuration.parent.mkdir(parents=True)
            configuration.write_text("[Paths]\nInstanceDirectories=/home/web/instances:/srv\n")
            Path(root, "home/web").mkdir(parents=True)
            for path, target in links.items():
                os.symlink(target, Path(root, path))
            done = run_generator(f"--root={root}", output)
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            return done.stderr, read_tree(output)["left4me-late-instances.service.d/50-left4me.conf"]

    def assert_left_out(self, problem, links):
        messages, unit = self.generate(links)
        self.assertEqual(messages, f"/home/web/instances: {problem}: name the directory itself in left4me.conf\n")
        self.assertEqual(unit, "# Automatically generated by left4me-generator\n\n[Unit]\nRequiresMountsFor=/srv\n"
                         "RequiresMountsFor=/var/lib/left4me\nConditionPathIsMountPoint=|/srv\n"
                         + "".join(f"ConditionPathIsSymbolicLink=|{path}\n"
                                   for path in ("/var", "/var/lib", "/var/lib/left4me")))

    def test_a_target_adds_no_line(self):
        self.assert_left_out("leads through a symbolic link to '/home/web/gone\\x0a[Service]\\x0aExecStart=-'",
                             {"home/web/instances": "gone\n[Service]\nExecStart=-/bin/touch /pwned"})
        self.assert_left_out("leads through a symbolic link to '/home/web/x\\'", {"home/web/instances": "x\\"})
        self.assert_left_out("leads through a symbolic link to '/home/web/x\\xff'", {"home/web/instances": b"x\xff"})

    def test_symlinks_are_followed_up_to_a_number(self):
        too_many = "leads through too many directories and symbolic links"
        self.assert_left_out(too_many, {"home/web/instances": "instances"})
        self.assert_left_out(too_many, {"home/web/instances": "a", "home/web/a": "b/x", "home/web/b": "a/x"})
        self.assert_left_out(too_many, {"home/web/instances": "x/" * 1000})
        # Whatever the last step that is taken happens to be.
        for dots in range(6):
            self.assert_left_out(too_many, {"home/web/instances": "./" * dots + "../web/instances"})

    def test_an_ordinary_one_is_followed(self):
        messages, unit = self.generate({"home/web/instances": "../my volume/50%"})
        self.assertEqual(messages, "")
        self.assertIn('RequiresMountsFor="/home/my volume/50%%"\n', unit)
        self.assertIn("ConditionPathIsMountPoint=|/home/my volume/50%%\n", unit)


class Shortages(unittest.TestCase):
    """What the system is short of is no flaw of a file."""

    def test_too_few_descriptors_are_an_error_of_the_run(self):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            env_file = Path(root, INSTANCES, "a/instance.env")
            env_file.parent.mkdir(parents=True)
            env_file.write_bytes(USABLE)
            failed = 0
            for call in range(1, 100):
                done = subprocess.run(["strace", "--output=/dev/null", f"--inject=openat2:error=EMFILE:when={call}",
                                       generator(), f"--root={root}", output], capture_output=True, text=True,
                                      check=False, env={"ASAN_OPTIONS": "detect_leaks=0"})
                if done.returncode == 0 and not done.stderr:
                    break
                failed += done.returncode
                self.assertIn("Too many open files", done.stderr)
                self.assertNotIn("make it", done.stderr)
                self.assertEqual(done.returncode, 1)
                shutil.rmtree(output)
                os.mkdir(output)
            self.assertGreater(failed, 8)

    def test_a_reader_that_goes_away_does_not_end_the_generator(self):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
            for name, content in {"a": b"", "b": USABLE}.items():
                Path(root, INSTANCES, name).mkdir(parents=True)
                Path(root, INSTANCES, name, "instance.env").write_bytes(content)
            reading, writing = os.pipe()
            os.close(reading)
            done = subprocess.run([generator(), f"--root={root}", output], stderr=writing, check=False)
            os.close(writing)
            self.assertEqual(done.returncode, 0)
            self.assertIn("l4d2@b.service.d/50-left4me.conf", read_tree(output))
