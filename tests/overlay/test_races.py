"""left4me-overlay among others: fifty callers at a time, and somebody who puts symbolic links in the way."""

import collections
import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

from tests.overlay import sandbox
from tests.overlay.mount_watch import MountWatch
from tests.overlay.sandbox import BUSY, REFUSED, ROOT, RUNTIME_USER, SANDBOX_USER, HelperCase

SECONDS_OF_CALLERS = 30
SECONDS_OF_SWAPS = 2
SOURCE = Path(__file__).resolve().parents[2]
VICTIM = Path("/run/victim")
RUNTIME = ROOT / "runtime"
# If one of them never happens, nothing was tried.
TRIED = (("mount", 0), ("mount", REFUSED), ("umount", 0))
fifty_callers = None


def setUpModule():
    """They take half a minute, in namespaces of their own, while the other tests run."""
    global fifty_callers
    fifty_callers = subprocess.Popen([sys.executable, "-m", "tests.overlay.race_worker", str(SECONDS_OF_CALLERS)],
                                     cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Its namespaces are not to be taken for something that a test left behind.
    fifty_callers.stdout.readline()


def state_of(tree):
    """All that could have been changed there: names, modes, owners, sizes, times of change."""
    return {str(path): tuple(os.lstat(path))[:7] + (os.lstat(path).st_ctime_ns,) for path in (tree, *tree.rglob("*"))}


def shows_marker(point, mount_id):
    """Whether the mount does, rather than what its path leads to by now."""
    try:
        fd = os.open(point, os.O_PATH | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        is_it = f"mnt_id:\t{mount_id}\n" in Path(f"/proc/self/fdinfo/{fd}").read_text()
        return is_it and os.path.exists(f"/proc/self/fd/{fd}/marker")
    finally:
        os.close(fd)


class ASwap(HelperCase):
    """Somebody exchanges a directory with a symbolic link to another, which is nobody's layer, all the time."""

    def setUp(self):
        super().setUp()
        VICTIM.mkdir()
        self.addCleanup(subprocess.run, ["rm", "-r", VICTIM], check=True)
        (VICTIM / "marker").write_text("root's\n")
        for name in ("upper", "work", "merged", "below/addon"):
            (VICTIM / name).mkdir(parents=True)
            (VICTIM / name / "marker").write_text("root's\n")
        # Whoever swaps has to own the parent. Only where that is the owner of the layer, too, is it taken at all.
        self.write_layer("overlays/web", RUNTIME_USER, {"own/cfg/server.cfg": "own\n"})
        self.write_layer("overlays/pack", SANDBOX_USER, {"addon/cfg/server.cfg": "addon\n"})
        self.write_env("alpha", layers="overlays/pack/addon:overlays/web/own:installation")

    def swap(self, path, user, way):
        os.environ["LEFT4ME_WAY"] = way
        self.configure()
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        link = path.with_name("link")
        link.symlink_to(VICTIM)
        os.chown(link, user, user, follow_symlinks=False)
        victim = state_of(VICTIM)
        self.mounts_before = set(self.before["mounts"].values())

        codes = collections.Counter()
        swapper = subprocess.Popen([sys.executable, "-m", "tests.overlay.swap_names", str(user), path, link],
                                   cwd=SOURCE)
        with MountWatch(self.check_table) as watch:
            end = time.monotonic() + SECONDS_OF_SWAPS
            longest = end + SECONDS_OF_SWAPS * 10
            while time.monotonic() < (longest if any(codes[what] == 0 for what in TRIED) else end):
                for verb in ("mount", "umount"):
                    done = sandbox.run_helper(verb, "alpha")
                    codes[verb, done.returncode] += 1
                    if done.returncode not in (0, BUSY, REFUSED):
                        watch.problems.append((verb, done.returncode, done.stderr))
        swapper.kill()
        swapper.wait()
        if path.is_symlink():
            path.unlink()
            # A rename that was under way while the helper mounted takes the mount along; whoever may do that is root.
            if os.path.ismount(link):
                self.assertEqual(user, 0)
                subprocess.run(["umount", link], check=True)
            link.rename(path)
        else:
            link.unlink()

        self.assertEqual(watch.problems, [])
        self.assertEqual(state_of(VICTIM), victim)
        for what in TRIED:
            self.assertGreater(codes[what], 0, codes)
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    def check_table(self, lines):
        for line in lines:
            if line in self.mounts_before:
                continue
            point = line.split()[4]
            if " - overlay left4me:alpha " not in line or not point.startswith(f"{RUNTIME}/"):
                yield f"mounted: {line}"
            elif shows_marker(point, line.split()[0]):
                yield f"shows what is no layer: {line}"


def add_tests(name, path, user):
    for way in ("auto", "staged"):
        def test(self, way=way):
            self.swap(path, user, way)
        setattr(ASwap, f"test_of_{name}_mounts_nothing_else_{way}", test)


add_tests("a_layer", ROOT / "overlays/web/own", RUNTIME_USER)
add_tests("an_idmapped_layer", ROOT / "overlays/pack/addon", SANDBOX_USER)
# runtime/NAME has to be root's, and nobody else can swap what is in it: these hold should that ever change.
add_tests("upper", RUNTIME / "alpha/upper", 0)
add_tests("work", RUNTIME / "alpha/work", 0)
add_tests("merged", RUNTIME / "alpha/merged", 0)
add_tests("the_instance's_directory", RUNTIME / "alpha", 0)


class AnOverlaySomewhereElse(HelperCase):
    """It would share the upper layer with a new one."""

    def test_a_bind_mount_of_it_keeps_the_instance_busy(self):
        self.assert_done("mount", "alpha")
        elsewhere = ROOT / "else where"
        elsewhere.mkdir()
        subprocess.run(["mount", "--bind", self.merged(), elsewhere], check=True)
        try:
            self.assert_done("mount", "alpha")
            self.assert_done("umount", "alpha")
            self.assert_refused(BUSY, f"is mounted on '{elsewhere}' as well", "mount", "alpha")
        finally:
            subprocess.run(["umount", elsewhere], check=True)
        self.assert_done("mount", "alpha")

    def test_one_that_moved_with_its_directory_keeps_the_instance_busy(self):
        self.assert_done("mount", "alpha")
        moved = RUNTIME / "moved"
        self.merged().parent.rename(moved)
        self.assert_refused(BUSY, f"is mounted on '{moved}/merged' as well", "mount", "alpha")
        subprocess.run(["umount", moved / "merged"], check=True)
        self.assert_done("mount", "alpha")


class FiftyCallers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        output, errors = fifty_callers.communicate(timeout=SECONDS_OF_CALLERS + 60)
        if fifty_callers.returncode != 0:
            raise RuntimeError(errors)
        cls.found = json.loads(output)

    def test_there_was_never_more_than_one_overlay(self):
        self.assertEqual(self.found["problems"], [])
        self.assertGreater(self.found["samples"], 10 * SECONDS_OF_CALLERS)

    def test_nobody_wrote_to_an_overlay_that_another_one_or_none_had_taken_the_place_of(self):
        self.assertEqual(self.found["late writes"], 0)
        self.assertGreater(self.found["late refusals"], SECONDS_OF_CALLERS)

    def test_every_call_was_done_or_busy(self):
        codes = {tuple(code.split()): count for code, count in self.found["codes"].items()}
        self.assertLessEqual({code for _, code in codes}, {"0", str(BUSY)}, self.found["messages"])
        for verb in ("mount", "umount"):
            # Not one caller for all of the time, however busy the machine is.
            self.assertGreater(codes[verb, "0"], SECONDS_OF_CALLERS)

    def test_they_end_in_a_consistent_state(self):
        found = self.found["end"]
        self.assertEqual(found["state files"], [])
        mount, umount = found["mount"], found["umount"]
        self.assertEqual((mount["exit code"], mount["stderr"], mount["mounted"], mount["state files"]),
                         (0, "", 1, ["alpha.json"]))
        self.assertEqual(mount["layers"], [f"{ROOT}/{layer}" for layer in found["layers"].split(":")])
        self.assertEqual((umount["exit code"], umount["stderr"], umount["mounted"], umount["state files"]),
                         (0, "", 0, []))
