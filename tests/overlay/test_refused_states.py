"""Whatever mount refuses, everybody who can be asked beforehand tells in the same words, and changes nothing.

mount stops at the first that it finds; the others tell all, so that each row has one thing wrong with alpha.
"""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.overlay.left_overlay_case import look_through
from tests.overlay.sandbox import (
    BAD_CONFIGURATION, CONFIGURATION, NO_SUCH_INSTANCE, REFUSED, ROOT, RUNTIME_USER, SANDBOX_USER, STATE, THIRD_USER,
    HelperCase, run_helper)

RUNTIME = ROOT / "runtime"
HERE = RUNTIME / "alpha"
UNITS = Path("/run/systemd/system")
ROWS = {}


def row(status, *words):
    """A state that mount refuses with this exit code and these words, made by a function or a context manager."""
    def add(make):
        ROWS[make.__name__] = (make, status, words)
        return make
    return add


@contextlib.contextmanager
def mounted(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", arguments[-1]], check=True)


@contextlib.contextmanager
def attribute(letter, path):
    subprocess.run(["chattr", f"+{letter}", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", f"-{letter}", path], check=True)


@contextlib.contextmanager
def unit_of(path):
    """A mount unit of a file system that is not mounted."""
    UNITS.mkdir(parents=True)
    (UNITS / (str(path)[1:].replace("-", "\\x2d").replace("/", "-") + ".mount")).touch()
    try:
        yield
    finally:
        shutil.rmtree(UNITS.parent)


def replace(path, make):
    """Puts something else in the place of an empty directory."""
    path.rmdir()
    make(path)


def make_layer(name, user=SANDBOX_USER):
    layer = ROOT / "overlays" / name
    layer.mkdir()
    os.chown(layer, user, user)
    return layer


def move_from_another_host():
    """All that was the servers' has the number that their user has there."""
    for path in (HERE, *HERE.rglob("*")):
        status = path.lstat()
        swap = {RUNTIME_USER: THIRD_USER}
        os.lchown(path, swap.get(status.st_uid, status.st_uid), swap.get(status.st_gid, status.st_gid))
    os.chown(HERE / "work", THIRD_USER, THIRD_USER)


# instance.env and left4me.conf.


@row(BAD_CONFIGURATION, "instance.env:2", "0")
def a_port_that_is_none(case):
    case.write_env("alpha", text="L4D2_PORT=0\n")


@row(BAD_CONFIGURATION, "instance.env", "-game")
def an_argument_that_is_set_for_every_server(case):
    case.write_env("alpha", text="L4D2_PORT=27015\nL4D2_ARGS=-game cstrike\n")


@row(BAD_CONFIGURATION, "instance.env", "symbolic link")
def an_instance_env_that_is_a_symlink(case):
    path = case.write_env("alpha")
    path.rename(path.with_name("real"))
    path.symlink_to("real")


@row(BAD_CONFIGURATION, "instance.env", "not a regular file")
def an_instance_env_that_is_a_fifo(case):
    path = case.write_env("alpha")
    path.unlink()
    os.mkfifo(path)


@row(BAD_CONFIGURATION, "instance.env:1", "..")
def a_layer_that_leads_upwards(case):
    case.write_env("alpha", layers="overlays/../../etc:installation")


@row(BAD_CONFIGURATION, "no-such-user")
def a_user_that_does_not_exist(case):
    CONFIGURATION.write_text(CONFIGURATION.read_text().replace(str(SANDBOX_USER), "no-such-user"))


# Layers.


@row(REFUSED, "/etc", "outside")
def a_layer_outside_the_allowed_directories(case):
    case.write_env("alpha", layers="/etc:installation")


@row(REFUSED, "overlays/no-such", "does not exist")
def a_layer_that_does_not_exist(case):
    case.write_env("alpha", layers="overlays/no-such:installation")


@row(REFUSED, "addon.vpk", "is not a directory")
def a_layer_that_is_a_file(case):
    case.write_env("alpha", layers="overlays/addon/addon.vpk:installation")


@row(REFUSED, "overlays/link", "symbolic link")
def a_layer_that_is_a_symlink(case):
    (ROOT / "overlays/link").symlink_to("addon")
    case.write_env("alpha", layers="overlays/link:installation")


@row(REFUSED, "overlays/link", "symbolic link")
def a_layer_behind_a_symlink(case):
    (ROOT / "overlays/link").symlink_to("addon")
    case.write_env("alpha", layers="overlays/link/cfg:installation")


@row(REFUSED, f"uid {THIRD_USER}", "to root")
def a_layer_in_a_strangers_directory(case):
    case.write_layer("overlays/addon/inner", THIRD_USER, {"x": ""})
    case.write_env("alpha", layers="overlays/addon/inner:installation")


@row(REFUSED, "listed twice")
def a_layer_twice(case):
    case.write_env("alpha", layers="overlays/addon:installation:overlays/addon")


@row(REFUSED, "lies inside the layer")
def a_layer_inside_another(case):
    case.write_env("alpha", layers="overlays/addon/cfg:overlays/addon:installation")


@row(REFUSED, "are one directory")
def one_directory_by_two_names(case):
    again = make_layer("again")
    case.write_env("alpha", layers="overlays/addon:overlays/again:installation")
    return mounted("--bind", ROOT / "overlays/addon", again)


@row(REFUSED, "overlays/other", "cannot be idmapped")
@contextlib.contextmanager
def a_layer_on_a_file_system_that_takes_no_id_map(case):
    layer = make_layer("other")
    for name in ("upper", "work"):
        (ROOT / name).mkdir()
    case.write_env("alpha", layers="overlays/other:installation")
    with mounted("-t", "overlay", "-o", f"lowerdir={ROOT}/overlays/addon,upperdir={ROOT}/upper,workdir={ROOT}/work",
                 "other", layer):
        os.chown(layer, SANDBOX_USER, SANDBOX_USER)
        yield


@row(REFUSED, "overlays/addon", "systemctl start")
def a_layer_whose_file_system_is_not_mounted(case):
    return unit_of(ROOT / "overlays/addon")


@row(REFUSED, "lies inside the layer")
def an_upper_inside_a_layer(case):
    case.configure("LayerRoots=runtime/*:installation")
    case.write_env("alpha", layers="runtime/alpha:installation")


@row(REFUSED, "which is what the server writes")
def a_layer_inside_the_upper(case):
    (HERE / "upper/layer").mkdir()
    os.chown(HERE / "upper/layer", RUNTIME_USER, RUNTIME_USER)
    case.configure("LayerRoots=runtime/*:runtime/alpha/upper/*:installation")
    case.write_env("alpha", layers="runtime/alpha/upper/layer:installation")


@row(REFUSED, "by way of another mount")
def an_upper_that_is_a_layer_by_way_of_another_mount(case):
    case.write_env("alpha", layers="overlays/again:installation")
    return mounted("--bind", HERE / "upper", make_layer("again"))


@row(REFUSED, "by way of another mount")
def a_work_that_is_in_a_layer_by_way_of_another_mount(case):
    case.write_env("alpha", layers="overlays/again:installation")
    return mounted("--bind", HERE, make_layer("again"))


# Where the server writes.


@row(REFUSED, "systemctl start")
def a_runtime_directory_whose_file_system_is_not_mounted(case):
    return unit_of(RUNTIME)


@row(REFUSED, f"belongs to uid {RUNTIME_USER}")
def a_runtime_directory_of_the_servers(case):
    os.chown(RUNTIME, RUNTIME_USER, RUNTIME_USER)


@row(REFUSED, f"belongs to uid {RUNTIME_USER}")
def an_instances_directory_of_the_servers(case):
    os.chown(HERE, RUNTIME_USER, RUNTIME_USER)


def add_directory_rows(name):
    path = HERE / name

    def of_a_stranger(case):
        os.chown(path, THIRD_USER, THIRD_USER)

    def that_is_a_file(case):
        if name == "work":
            (path / "work").rmdir()
        replace(path, Path.touch)

    def that_is_a_symlink(case):
        if name == "work":
            (path / "work").rmdir()
        replace(path, lambda directory: directory.symlink_to("/etc"))

    for make, words in ((of_a_stranger, f"belongs to uid {THIRD_USER}"), (that_is_a_file, "is not a directory"),
                        (that_is_a_symlink, "is not a directory")):
        make.__name__ = f"{name}_{make.__name__}"
        row(REFUSED, str(path), words)(make)


for directory in ("upper", "work", "merged"):
    add_directory_rows(directory)


@row(REFUSED, f"{HERE}/upper, {HERE}/work and {HERE}/merged belong to uid {THIRD_USER}, not to the servers' user",
     f"run chown -R --from={THIRD_USER}:{THIRD_USER} {RUNTIME_USER}:{RUNTIME_USER} {HERE}/upper {HERE}/merged && "
     f"rm -r {HERE}/work && chown root:{RUNTIME_USER} {HERE} && chmod 750 {HERE}")
def directories_of_another_host(case):
    move_from_another_host()


@row(REFUSED, f"the servers' user (uid {RUNTIME_USER}) may not enter {HERE}: run chown root:{RUNTIME_USER} {HERE}")
def an_instances_directory_of_another_group(case):
    os.chown(HERE, 0, THIRD_USER)


@row(REFUSED, "is on an overlay")
@contextlib.contextmanager
def an_upper_on_an_overlay(case):
    for name in ("above", "upper", "work"):
        (ROOT / name).mkdir()
    with mounted("-t", "overlay", "-o", f"lowerdir={HERE},upperdir={ROOT}/upper,workdir={ROOT}/work", "other", HERE):
        yield


@row(REFUSED, "on different mounts")
def an_upper_and_a_work_on_different_mounts(case):
    return mounted("-t", "tmpfs", "-o", "mode=700", "tmpfs", HERE / "work")


@row(REFUSED, "read-only")
@contextlib.contextmanager
def an_upper_on_a_file_system_that_is_read_only(case):
    with mounted("-t", "tmpfs", "-o", "mode=755", "tmpfs", HERE):
        for name, user in (("upper", RUNTIME_USER), ("work", 0), ("merged", RUNTIME_USER)):
            (HERE / name).mkdir()
            os.chown(HERE / name, user, user)
        subprocess.run(["mount", "-o", "remount,ro", HERE], check=True)
        yield


@row(REFUSED, "not this instance's (tmpfs from strange)")
def a_mount_of_somebody_else_on_merged(case):
    return mounted("-t", "tmpfs", "strange", HERE / "merged")


@row(REFUSED, "not this instance's (overlay from left4me:beta)")
@contextlib.contextmanager
def the_overlay_of_another_instance_on_merged(case):
    case.write_env("beta")
    case.assert_done("mount", "beta")
    with mounted("--bind", RUNTIME / "beta/merged", HERE / "merged"):
        yield
    case.assert_done("umount", "beta")


@row(REFUSED, ".wh.autoexec.cfg", "fuse-overlayfs")
def a_mark_of_another_overlay_in_a_name(case):
    (HERE / "upper/.wh.autoexec.cfg").touch()
    os.removexattr(HERE / "upper", "trusted.left4me.scanned")


@row(REFUSED, "user.overlay.opaque")
def a_mark_of_another_overlay_in_an_attribute(case):
    (HERE / "upper/cfg").mkdir()
    os.setxattr(HERE / "upper/cfg", "user.overlay.opaque", b"y")
    os.removexattr(HERE / "upper", "trusted.left4me.scanned")


@row(REFUSED, "directories deep")
def a_tree_that_is_too_deep(case):
    (HERE / "upper" / "/".join(["d"] * 101)).mkdir(parents=True)
    os.removexattr(HERE / "upper", "trusted.left4me.scanned")


@row(REFUSED, "something is mounted on")
def a_mount_in_upper(case):
    (HERE / "upper/cfg").mkdir()
    os.removexattr(HERE / "upper", "trusted.left4me.scanned")
    return mounted("-t", "tmpfs", "tmpfs", HERE / "upper/cfg")


@row(REFUSED, "volatile")
def the_marker_of_a_volatile_overlay(case):
    (HERE / "work/work/incompat/volatile").mkdir(parents=True)
    os.removexattr(HERE / "upper", "trusted.left4me.scanned")


@row(REFUSED, str(HERE / "work"), "immutable")
def a_work_that_cannot_be_changed(case):
    return attribute("i", HERE / "work")


@row(REFUSED, str(HERE / "work/work"), "append-only")
def an_inner_work_that_can_only_grow(case):
    return attribute("a", HERE / "work/work")


@row(REFUSED, str(HERE / "work/work/kept"), "immutable")
def what_cannot_be_removed_from_work(case):
    (HERE / "work/work/kept").touch()
    return attribute("i", HERE / "work/work/kept")


class RefusedStates(HelperCase):
    """Its tests are those of the table."""

    def setUp(self):
        super().setUp()
        self.write_env("alpha")
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")

    @staticmethod
    def everything():
        """Of the host, the times of the last access aside."""
        files = {(top, path): found | {"times": found["times"][1:]} for top in (ROOT, STATE)
                 for path, found in look_through(top).items()}
        return {"files": files, "mounts": Path("/proc/self/mountinfo").read_text()}

    def check(self, status, words):
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, status, done.stderr)
        said = done.stderr.rstrip("\n").removeprefix("left4me-overlay: alpha: ")
        for word in words:
            self.assertIn(word, said)

        before = self.everything()
        self.check_dry_run(status, said)
        self.check_status(said)
        self.check_l4d2ctl(said)
        after = self.everything()
        self.assertEqual(after["mounts"], before["mounts"])
        self.assertEqual([path for path in {*before["files"], *after["files"]}
                          if before["files"].get(path) != after["files"].get(path)], [])

    def check_dry_run(self, status, said):
        dry = run_helper("--dry-run", "mount", "alpha")
        with self.subTest("--dry-run mount"):
            self.assertEqual((dry.returncode, dry.stderr), (status, f"left4me-overlay: alpha: {said}\n"))

    def check_status(self, said):
        document = json.loads(run_helper("status", "--json", "alpha").stdout)
        text = run_helper("status", "alpha").stdout
        with self.subTest("status"):
            instance, = document["instances"]
            self.assertIn(said, instance["problems"])
            self.assertIn(said, " ".join(text.split()))

    def check_l4d2ctl(self, said):
        check = run_l4d2ctl("check", "alpha")
        with self.subTest("check"):
            self.assertEqual(check.returncode, BAD_CONFIGURATION, check.stderr)
            self.assertIn(said, check.stdout + check.stderr)
        layers = run_l4d2ctl("layers", "--json", "alpha")
        told = []
        for instance in validated("layers", layers.stdout)["instances"]:
            told += [*instance["problems"], instance["upper"]["problem"],
                     *(layer["problem"] for layer in instance["layers"])]
        with self.subTest("layers"):
            self.assertTrue(any(said in (problem or "") for problem in [*told, layers.stderr]), (told, layers.stderr))


class FromAnotherHost(HelperCase):
    def test_what_the_message_says_is_the_whole_way_to_a_mount(self):
        self.assert_done("mount", "alpha")
        written = self.merged() / "cfg/own.cfg"
        written.write_text("own\n")
        os.chown(written, RUNTIME_USER, RUNTIME_USER)
        (self.merged() / "root.cfg").write_text("root's\n")
        self.assert_done("umount", "alpha")
        move_from_another_host()
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, REFUSED, done.stderr)
        subprocess.run(done.stderr.split("host, run ", 1)[1], shell=True, check=True)
        self.assert_done("mount", "alpha")
        self.assertEqual((written.read_text(), written.stat().st_uid), ("own\n", RUNTIME_USER))
        self.assertEqual((self.merged() / "root.cfg").stat().st_uid, 0)
        self.assertEqual((HERE / "work").stat().st_uid, 0)
        self.assertEqual((HERE.stat().st_gid, HERE.stat().st_mode & 0o777), (RUNTIME_USER, 0o750))

    def test_a_directory_that_a_killed_mount_has_left_is_given_to_the_servers_group(self):
        HERE.mkdir(parents=True)
        RUNTIME.chmod(0o755)
        HERE.chmod(0o750)
        self.assert_done("mount", "alpha")
        self.assertEqual((HERE.stat().st_uid, HERE.stat().st_gid), (0, RUNTIME_USER))


def add_test(name, make, status, words):
    def test(self):
        # What is made by a context manager is unmade before the tree is removed.
        with make(self) or contextlib.nullcontext():
            self.check(status, words)

    setattr(RefusedStates, f"test_{name}", test)


for name, (make, status, words) in ROWS.items():
    add_test(name, make, status, words)


def asking(name):
    """Every way to ask: [(function, arguments)]."""
    return ((run_helper, ("mount", name)), (run_helper, ("--dry-run", "mount", name)), (run_helper, ("status", name)),
            (run_l4d2ctl, ("check", name)), (run_l4d2ctl, ("layers", name)))


class NothingToRefuse(HelperCase):
    def test_no_problem_is_made_up(self):
        for verbs in ((), ("mount",), ("umount",)):
            for verb in verbs:
                self.assert_done(verb, "alpha")
            self.assert_done("--dry-run", "mount", "alpha")
            instance, = json.loads(self.assert_done("status", "--json", "alpha").stdout)["instances"]
            self.assertEqual(instance["problems"], [])
            self.assertEqual(run_l4d2ctl("check", "alpha").returncode, 0, run_l4d2ctl("check", "alpha").stdout)
            layers = validated("layers", run_l4d2ctl("layers", "--json", "alpha").stdout)["instances"]
            self.assertEqual([layer["problems"] for layer in layers], [[]])

    def test_an_instance_that_does_not_exist(self):
        for call, arguments in asking("beta"):
            done = call(*arguments)
            with self.subTest(arguments):
                self.assertEqual(done.returncode, NO_SUCH_INSTANCE)
                self.assertIn("there is no beta/instance.env", done.stderr)

    def test_an_unusable_left4me_conf(self):
        usable = CONFIGURATION.read_text()
        for text, words in (("[Paths]\nRoot=relative\n", f"{CONFIGURATION}:2: Root='relative'"),
                            (usable.replace(str(RUNTIME_USER), "root"), "root is root"),
                            (usable.replace(str(SANDBOX_USER), str(RUNTIME_USER)), "are the same user")):
            CONFIGURATION.write_text(text)
            for call, arguments in asking("alpha"):
                done = call(*arguments)
                with self.subTest(arguments, words=words):
                    self.assertEqual(done.returncode, BAD_CONFIGURATION, done.stderr)
                    self.assertIn(words, done.stdout + done.stderr)
