"""l4d2ctl check: what the generator says, in its words and order, and what only the whole host shows."""

import os
import pty
import shutil
import stat
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.golden.l4d2ctl import l4d2ctl, run_l4d2ctl, validated
from tests.golden.test_golden import CASES, run_generator
from tests.golden.test_hostile import read_expected
from tests.hostile.env_files import HOSTILE, USABLE

INSTANCES = "etc/left4me/instances"
STATE = "/var/lib/left4me"
# Nobody whose files these are, whoever runs the tests.
SERVERS = 61001
THIRD = 61003
# Whose the layers of the sandbox are.
SANDBOX = os.getuid() or 61002
OF_GENERATOR = {"configuration", "directory", "file", "port", "failure"}


def env_text(port=27015, layers=("installation",)):
    return f"# a server\nL4D2_PORT={port}\nL4D2_LOWERDIRS={':'.join(layers)}\n"


def as_line(finding):
    """A finding of the JSON as the text has it."""
    place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part is not None)
    return ": ".join(part for part in (place, finding["problem"], finding["remedy"]) if part)


def without_ports(lines):
    return [line for line in lines if "is also that of" not in line]


def generator_lines(root):
    with tempfile.TemporaryDirectory() as output:
        return run_generator(f"--root={root}", output).stderr.splitlines()


class TreeCase(unittest.TestCase):
    """A tree with the game, users and one instance, alpha, with which nothing is wrong."""

    maxDiff = None

    def setUp(self):
        self.top = Path(self.enterContext(tempfile.TemporaryDirectory()))
        # As on a host, whatever the umask.
        self.addCleanup(os.umask, os.umask(0o022))
        self.users(left4me=SERVERS, sandbox=THIRD)
        self.state = self.top / STATE[1:]
        self.write(self.state / "installation/srcds_run", "#!/bin/sh\n", 0o755)
        self.write(self.state / "installation/left4dead2/cfg/server.cfg", "")
        (self.state / "installation/left4dead2").chmod(0o777)
        self.instance("alpha", env_text())

    @staticmethod
    def write(path, text, mode=0o644):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def users(self, **ids):
        self.write(self.top / "etc/passwd", "".join(
            f"{'l4d2-sandbox' if name == 'sandbox' else name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in ids.items()))

    def instance(self, name, text):
        self.write(self.top / INSTANCES / name / "instance.env", text)

    def layer(self, name, files=("left4dead2/maps/a.bsp",), mode=0o644):
        """Whatever else it has, its left4dead2 can be written to."""
        for file in files:
            self.write(self.state / "overlays" / name / file, "", mode)
        (self.state / "overlays" / name / "left4dead2").mkdir(exist_ok=True)
        (self.state / "overlays" / name / "left4dead2").chmod(0o777)
        return self.state / "overlays" / name

    @staticmethod
    def give(path, user):
        """As far as whoever runs the tests can: otherwise it is theirs."""
        if os.getuid() == 0:
            for each in (path, *path.rglob("*")):
                os.chown(each, user, user)

    def check(self, *arguments, exit_status, root=None, **options):
        """The lines of `l4d2ctl check`, its messages, and the findings of --json, which are the same."""
        root = f"--root={root or self.top}"
        done = run_l4d2ctl("check", root, *arguments, **options)
        as_json = run_l4d2ctl("check", root, "--json", *arguments, **options)
        report = validated("check", as_json.stdout)
        self.assertEqual((done.returncode, as_json.returncode), (exit_status, exit_status), done)
        lines = done.stdout.splitlines()
        self.assertEqual([as_line(finding) for finding in report["findings"]], lines)
        self.assertEqual(done.stderr, as_json.stderr)
        self.assertEqual(report["notes"], [note for note in done.stderr.splitlines() if note in report["notes"]])
        return lines, done.stderr.splitlines(), report

    def assert_finds(self, *expected, exit_status=65, arguments=(), kinds=None):
        """Exactly these lines; with `kinds`, of these kinds only."""
        lines, messages, report = self.check(*arguments, exit_status=exit_status)
        if kinds:
            lines = [as_line(finding) for finding in report["findings"] if finding["kind"] in kinds]
        self.assertEqual(lines, list(expected))
        self.assertEqual(messages, [])
        return report["findings"]

    def assert_finds_in_layers(self, problem, kind, severity="error", name="alpha"):
        finding, = self.assert_finds(f"/{INSTANCES}/{name}/instance.env:3: {problem}",
                                     exit_status=65 if severity == "error" else 0)
        self.assertEqual((finding["instance"], finding["kind"], finding["severity"], finding["line"]),
                         (name, kind, severity, 3))


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
            with self.subTest(case.name):
                said = (case / "expected/messages").read_text().splitlines()
                report = validated("check", run_l4d2ctl("check", "--json", f"--root={case / 'root'}").stdout)
                found = [as_line(finding) for finding in report["findings"] if finding["kind"] in OF_GENERATOR]
                self.assertEqual(without_ports(found), without_ports(said))
                self.assertCountEqual(found, said)


class TheHost(TreeCase):
    """What only the whole host shows."""

    def test_nothing_wrong_is_nothing_said(self):
        self.instance("beta", env_text(27016))
        lines, messages, report = self.check(exit_status=0)
        self.assertEqual((lines, messages), ([], []))
        self.assertEqual(report["checked"], [{"instance": name, "file": f"/{INSTANCES}/{name}/instance.env"}
                                             for name in ("alpha", "beta")])

    def test_a_person_is_told_that_nothing_is_wrong(self):
        terminal, its_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        with open(its_end, "wb") as output:
            done = subprocess.run([l4d2ctl(), "check", f"--root={self.top}"], stdout=output, check=True)
        self.assertEqual(os.read(terminal, 100), b"1 instance, nothing wrong\r\n", done)

    def test_a_port_that_two_have_is_a_warning_for_each(self):
        self.instance("beta", env_text())
        findings = self.assert_finds(
            *(f"/{INSTANCES}/{name}/instance.env:2: port 27015 is also that of {other}: give each server a port of its "
              "own" for name, other in (("alpha", "beta"), ("beta", "alpha"))), exit_status=0)
        self.assertEqual({finding["kind"] for finding in findings}, {"port"})

    def test_layers_that_cannot_be_mounted_are_all_named(self):
        self.layer("file")
        shutil.rmtree(self.state / "overlays/file")
        (self.state / "overlays/file").write_text("")
        (self.state / "overlays/link").symlink_to("../installation")
        self.instance("alpha", env_text(layers=("overlays/gone", "overlays/file", "overlays/link", "installation")))
        findings = self.assert_finds(*(
            f"/{INSTANCES}/alpha/instance.env:3: the layer '{STATE}/overlays/{problem}" for problem in (
                "gone' does not exist: create it, or take it out of L4D2_LOWERDIRS",
                "file' is not a directory: take it out of L4D2_LOWERDIRS",
                "link' has a symbolic link in its path below the allowed directory: name the directory itself")))
        self.assertEqual({(finding["kind"], finding["severity"]) for finding in findings}, {("layer", "error")})

    def test_a_layer_in_somebody_elses_directory_is_refused(self):
        # Only where the tests run as root can two directories be of different users.
        inner = self.layer("outer/inner")
        self.instance("alpha", env_text(layers=("overlays/outer/inner", "installation")))
        self.give(inner.parent, THIRD)
        self.give(inner, SANDBOX)
        if os.getuid() == 0:
            self.assert_finds_in_layers(
                f"the layer '{STATE}/overlays/outer/inner' lies in {STATE}/overlays/outer/inner, which belongs to uid "
                f"{SANDBOX}, in a directory of uid {THIRD}, who can put another one in its place: give "
                f"{STATE}/overlays/outer to root", "layer")
        else:
            self.assert_finds(exit_status=0)

    def test_an_upper_inside_a_layer_is_refused(self):
        self.write(self.top / "etc/left4me/left4me.conf", f"[Paths]\nLayerRoots=installation:{STATE}/runtime/alpha\n")
        self.write(self.state / "runtime/alpha/maps/a.bsp", "")
        self.instance("alpha", env_text(layers=("runtime/alpha/maps", "installation")))
        self.assert_finds(
            f"/{INSTANCES}/alpha/instance.env:3: the layer '{STATE}/runtime/alpha/maps' lies in {STATE}/runtime/alpha, "
            "which is what the server writes: take it out of L4D2_LOWERDIRS", kinds={"layer"})

    def test_a_user_that_there_is_not_is_named_once(self):
        self.instance("beta", env_text(27016))
        self.users(somebody=SERVERS)
        findings = self.assert_finds(
            *(f"there is no user {user}: create it with systemd-sysusers, or set {key}= in left4me.conf"
              for user, key in (("left4me", "RuntimeUser"), ("l4d2-sandbox", "SandboxUser"))))
        self.assertEqual({(finding["kind"], finding["file"], finding["instance"]) for finding in findings},
                         {("user", None, None)})

    def test_root_is_no_user_for_servers(self):
        self.users(left4me=0, sandbox=THIRD)
        self.assert_finds("left4me is root: set another RuntimeUser= in left4me.conf")

    def test_one_user_is_not_enough(self):
        self.users(left4me=SERVERS, sandbox=SERVERS)
        self.assert_finds(f"RuntimeUser=left4me and SandboxUser=l4d2-sandbox are the same user, uid {SERVERS}: give the "
                          "sandbox a user of its own in left4me.conf")

    def test_files_that_the_server_may_not_read_are_counted(self):
        layer = self.layer("x", ("left4dead2/b.cfg", "left4dead2/a.cfg"), 0o600)
        (self.layer("x", ("left4dead2/closed/c.cfg",)) / "left4dead2/closed").chmod(0o744)
        (layer / "link").symlink_to("left4dead2/a.cfg")
        # The layer's own directory is not what the server sees: upper's is.
        layer.chmod(0o700)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds_in_layers(
            f"the user left4me may not read 'left4dead2/a.cfg' and 2 more in the layer '{STATE}/overlays/x': let "
            "everybody read the layer (chmod -R a+rX)", "permission", "warning")

    def test_what_the_sandbox_made_for_itself_shows_as_the_servers_own(self):
        self.users(left4me=SERVERS, sandbox=SANDBOX)
        layer = self.layer("x", ("left4dead2/a.cfg",), 0o600)
        (layer / "left4dead2").chmod(0o755)
        self.give(layer, SANDBOX)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_a_file_for_the_servers_group_can_be_read(self):
        self.write(self.top / "etc/passwd", f"left4me:x:{SERVERS}:{os.getgid()}::/:/bin/sh\n"
                   f"l4d2-sandbox:x:{THIRD}:{THIRD}::/:/bin/sh\n")
        secret = self.layer("x", ("left4dead2/a.cfg",), 0o640) / "left4dead2/a.cfg"
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)
        secret.chmod(0o604)
        self.assert_finds_in_layers(
            f"the user left4me may not read 'left4dead2/a.cfg' in the layer '{STATE}/overlays/x': let everybody read "
            "the layer (chmod -R a+rX)", "permission", "warning")

    def test_what_has_an_access_control_list_is_not_judged(self):
        secret = self.layer("x", ("left4dead2/a.cfg",), 0o600) / "left4dead2/a.cfg"
        undefined = 2 ** 32 - 1
        # acl(5): user::rw-, user:SERVERS:r--, group::---, mask::r--, other::---
        os.setxattr(secret, "system.posix_acl_access", struct.pack("<I", 2) + b"".join(
            struct.pack("<HHI", *entry) for entry in ((1, 6, undefined), (2, 4, SERVERS), (4, 0, undefined),
                                                      (16, 4, undefined), (32, 0, undefined))))
        secret.chmod(0o600)
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_a_server_that_cannot_write_its_logs_is_warned_of(self):
        (self.state / "installation/left4dead2").chmod(0o755)
        self.assert_finds_in_layers(
            f"the user left4me may not write to '{STATE}/installation/left4dead2', so the server can save no logs and "
            "downloads: give it to left4me with chown", "permission", "warning")
        # The topmost counts.
        self.layer("x")
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_what_upper_has_of_the_game_counts(self):
        (self.state / "installation/left4dead2").chmod(0o755)
        (self.state / "installation/srcds_run").unlink()
        upper = self.state / "runtime/alpha/upper"
        self.write(upper / "srcds_run", "", 0o755)
        (upper / "left4dead2").mkdir()
        (upper / "left4dead2").chmod(0o777)
        self.give(upper, SERVERS)
        # Where the tests do not run as root, runtime is refused, and what is in it is not looked at.
        self.assert_finds(exit_status=0 if os.getuid() == 0 else 65, kinds={"permission", "server"})

    def test_layers_without_the_game_are_warned_of(self):
        (self.state / "installation/srcds_run").chmod(0o644)
        self.assert_finds_in_layers("srcds_run in its layers is not executable, so the server cannot be started: let "
                                    "left4me execute it", "server", "warning")
        (self.state / "installation/srcds_run").unlink()
        self.assert_finds_in_layers("none of its layers has srcds_run, so the server cannot be started: name the "
                                    "game's directory in L4D2_LOWERDIRS, and put the game there", "server", "warning")

    def test_directories_of_somebody_elses_are_refused(self):
        runtime = self.state / "runtime"
        (runtime / "alpha").mkdir(parents=True)
        self.give(runtime, THIRD)
        owner = runtime.stat().st_uid
        finding, = self.assert_finds(
            f"/{INSTANCES}/alpha/instance.env: {STATE}/runtime belongs to uid {owner}, who could put other directories "
            f"in the place of those in it: give it to root (chown root: {STATE}/runtime)")
        self.assertEqual((finding["kind"], finding["line"]), ("runtime", None))

    def test_an_upper_that_is_no_directory_is_refused(self):
        (self.state / "runtime").write_text("")
        self.assert_finds(f"/{INSTANCES}/alpha/instance.env: {STATE}/runtime is not a directory: move it away")

    def test_a_tree_without_users_or_state_root_is_judged_as_far_as_it_goes(self):
        (self.top / "etc/passwd").unlink()
        (self.state / "installation/srcds_run").unlink()
        lines, messages, _ = self.check(exit_status=0)
        self.assertEqual((lines, messages), (
            [], ["there is no /etc/passwd here, so users are not judged, and neither is what they may read"]))
        shutil.rmtree(self.state)
        self.instance("beta", env_text())
        lines, messages, _ = self.check("beta", exit_status=0)
        self.assertEqual(len(lines), 1)
        self.assertEqual(messages, [f"there is no {STATE} here, so layers and users are not judged"])

    def test_a_state_root_that_is_a_file_is_an_error(self):
        shutil.rmtree(self.state)
        self.state.write_text("")
        self.assert_finds(f"{STATE}: not a directory: put a directory there", kinds={"runtime"})

    def test_findings_of_one_instance_follow_each_other(self):
        for name in ("alpha", "beta"):
            self.instance(name, env_text(layers=("overlays/gone", "installation")) + "L4D2_PROT=1\n")
        (self.state / "runtime").write_text("")
        lines, _, report = self.check(exit_status=65)
        self.assertEqual([(finding["instance"], finding["line"]) for finding in report["findings"]],
                         [(name, line) for name in ("alpha", "beta") for line in (4, None, 2, 3)])
        self.assertEqual(lines[0], f"/{INSTANCES}/alpha/instance.env:4: unknown key 'L4D2_PROT' is ignored: remove it, "
                         "or did you mean L4D2_PORT?")


class Arguments(TreeCase):
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
        self.assert_finds(f"/{INSTANCES}/beta/instance.env:2: port 27015 is also that of alpha: give each server a port "
                          "of its own", exit_status=0, arguments=("beta",))

    def test_an_unknown_name_is_said_and_the_others_are_checked(self):
        self.instance("beta", "")
        lines, messages, report = self.check("beta", "delta", "/no/such/file", "no name", exit_status=66)
        self.assertEqual(len(lines), 2)
        self.assertEqual(messages, [
            "delta: no such instance: there is no delta/instance.env in /etc/left4me/instances or "
            f"{STATE}/instances", "/no/such/file: no such file", "no name: no such file, and no instance's name"])
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
                                 "beta/instance.env:1: a symbolic link: put the file itself there"])

    def test_a_files_layers_are_looked_for_in_the_tree(self):
        lines, _, _ = self.check_file("x.env", env_text(27016, ("overlays/gone", "installation")), exit_status=65)
        self.assertEqual(lines, [f"x.env:3: the layer '{STATE}/overlays/gone' does not exist: create it, or take it out "
                                 "of L4D2_LOWERDIRS"])

    def test_a_path_brings_nothing_to_the_terminal(self):
        self.write(self.here / "x\x1b[2J\n.env", "L4D2_PORT=1\n")
        done = run_l4d2ctl("check", f"--root={self.top}", "./x\x1b[2J\n.env", cwd=self.here)
        self.assertEqual((done.stdout, done.stderr), (
            "./x\\x1b[2J\\x0a.env:1: L4D2_LOWERDIRS is missing: add a line such as "
            "L4D2_LOWERDIRS=overlays/NAME:installation\n", ""))
