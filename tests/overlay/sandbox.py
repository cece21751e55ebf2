"""A state root, users and a mount namespace for tests of the helper, none of which outlives them.

The tests run as PID 1 of a PID namespace of their own, so that PID 1's mount namespace, the only one in
which the helper works, is theirs (see enter()). The state root is on an ext4 in an image, since that is what a host
has, and not every kernel can idmap a tmpfs. The image's loop device stays attached for as long as the kernel holds on
to the file system: it tells whether a mount outlived the tests, in whatever namespace.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
import unittest
from pathlib import Path

from tests.overlay import leftovers

DISK = Path("/run/test-disk")
# Of one process: loop devices are not confined to a namespace, and their names are used again at once.
IMAGE = Path(f"/run/test-disk-{os.urandom(8).hex()}.ext4")
IMAGE_SIZE = 128 << 20
ROOT = DISK / "root"
STATE = Path("/run/left4me")
CONFIGURATION = Path("/run/left4me/left4me.conf.d/test.conf")
RUNTIME_USER = 61001
SANDBOX_USER = 61002
THIRD_USER = 61003

USAGE, BAD_CONFIGURATION, NO_SUCH_INSTANCE, SYSTEM_CALL_FAILED, BUSY, REFUSED = 64, 65, 66, 71, 75, 77


def enter():
    """Runs this process again in namespaces of its own, unless it is in them already."""
    if os.getpid() == 1:
        return
    os.execvp("unshare", ["unshare", "--fork", "--kill-child", "--pid", "--mount", "--mount-proc", "--",
                          *sys.orig_argv])


def helper_binary():
    path = os.environ.get("LEFT4ME_OVERLAY")
    if not path:
        raise RuntimeError("set LEFT4ME_OVERLAY to the left4me-overlay that is to be tested")
    return path


def run_helper(*arguments, program=None, **options):
    return subprocess.run([helper_binary(), *arguments], executable=program or helper_binary(),
                          capture_output=True, text=True, check=False, timeout=60, **options)


def wait_until(condition, what="what was waited for"):
    """Waits until a condition holds, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within ten seconds: {what}")
        time.sleep(0.001)


def mount_entries(point):
    """The mounts on a mount point, the topmost last: [(type, source, options)]."""
    entries = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        head, _, tail = line.partition(" - ")
        if head.split()[4] == str(point):
            file_system, source, super_options = tail.split(" ", 2)
            entries.append((file_system, source, f"{head.split()[5]},{super_options}"))
    return entries


def make_disk():
    """Mounts a fresh ext4 on DISK and returns its loop device."""
    with open(IMAGE, "wb") as image:
        image.truncate(IMAGE_SIZE)
    subprocess.run(["mkfs.ext4", "-q", IMAGE], check=True)
    DISK.mkdir()
    subprocess.run(["mount", "-o", "loop", IMAGE, DISK], check=True)
    (_, device, _), = mount_entries(DISK)
    return Path(device)


def is_backed_by(backing_file, image):
    """Whether a loop device's `backing_file` in sysfs names this image; it is not there when it has none."""
    try:
        return backing_file.read_text().rstrip("\n") == str(image)
    except OSError:
        return False


def automatic_way():
    """The way that this kernel has to be given the layers in."""
    return os.environ.get("LEFT4ME_WAY") or os.environ.get("LEFT4ME_AUTOMATIC_WAY", "descriptors")


class HelperCase(unittest.TestCase):
    """A fresh state root with two layers for every test, and nothing mounted or running after it."""

    @classmethod
    def setUpClass(cls):
        if os.getpid() != 1:
            raise RuntimeError("these tests need namespaces of their own: call sandbox.enter() first")
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
        for directory in ("/etc/left4me", "/usr/lib/left4me"):
            if os.path.isdir(directory):
                subprocess.run(["mount", "-t", "tmpfs", "tmpfs", directory], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", "--lazy", "/run"], check=True)
        cls.addClassCleanup(cls.remove_disk, make_disk())

    def setUp(self):
        ROOT.mkdir(mode=0o755)
        STATE.mkdir(mode=0o700)
        CONFIGURATION.parent.mkdir(parents=True)
        self.configure()
        self.write_layer("installation", RUNTIME_USER, {"srcds_run": "#!/bin/sh\n", "cfg/server.cfg": "base\n"})
        (ROOT / "installation/srcds_run").chmod(0o755)
        self.write_layer("overlays/addon", SANDBOX_USER, {"cfg/server.cfg": "addon\n", "addon.vpk": "x\n"})
        self.write_env("alpha")
        self.before = leftovers.everything()

    def tearDown(self):
        unfinished = leftovers.unfinished(STATE)
        for name in self.instances():
            while mount_entries(self.merged(name)):
                subprocess.run(["umount", self.merged(name)], check=True)
        outlived = leftovers.since(self.before)
        shutil.rmtree(ROOT)
        shutil.rmtree(STATE)
        self.assertEqual(unfinished, [], "a lock or a draft outlived its call")
        self.assertEqual(outlived, {}, "something outlived its call")

    @staticmethod
    def remove_disk(device):
        subprocess.run(["umount", DISK], check=True)
        backing_file = Path("/sys/block") / device.name / "loop/backing_file"
        wait_until(lambda: not is_backed_by(backing_file, IMAGE), "the end of every mount of the state root's disk")
        IMAGE.unlink()

    @staticmethod
    def instances():
        runtime = ROOT / "runtime"
        return os.listdir(runtime) if runtime.is_dir() and not runtime.is_symlink() else []

    def configure(self, text=""):
        """left4me.conf, with more keys for [Paths]. LEFT4ME_WAY says which way the kernel is given the layers."""
        CONFIGURATION.write_text(f"[Paths]\nRoot={ROOT}\n{text}\n[Users]\nRuntimeUser={RUNTIME_USER}\n"
                                 f"SandboxUser={SANDBOX_USER}\n[Mount]\nWay={os.environ.get('LEFT4ME_WAY', 'auto')}\n")

    def write_layer(self, layer, user, files):
        top = ROOT / layer
        for name, text in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for path in (top, *top.rglob("*")):
            os.chown(path, user, user)
        return top

    def write_env(self, name, layers="overlays/addon:installation", text="L4D2_PORT=27015\n"):
        path = ROOT / "instances" / name / "instance.env"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"L4D2_LOWERDIRS={layers}\n{text}")
        return path

    @staticmethod
    def merged(name="alpha"):
        return ROOT / "runtime" / name / "merged"

    @staticmethod
    def upper(name="alpha"):
        return ROOT / "runtime" / name / "upper"

    def assert_done(self, *arguments, **options):
        done = run_helper(*arguments, **options)
        # Most tests that have layers of their own have none with the game.
        said = [line for line in done.stderr.splitlines() if "so the server cannot be started" not in line]
        self.assertEqual((done.returncode, said), (0, []))
        return done

    def assert_refused(self, status, words, *arguments, **options):
        """The helper exits with `status` and says `words` on stderr."""
        done = run_helper(*arguments, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(words, done.stderr)

    def assert_mounted_once(self, name="alpha"):
        self.assertEqual([entry[:2] for entry in mount_entries(self.merged(name))],
                         [("overlay", f"left4me:{name}")])

    def assert_not_mounted(self, name="alpha"):
        self.assertEqual(mount_entries(self.merged(name)), [])

    def record(self, name="alpha"):
        return json.loads((STATE / f"{name}.json").read_text())

    def state_files(self):
        return sorted(path.name for path in STATE.iterdir() if stat.S_ISREG(path.lstat().st_mode))
