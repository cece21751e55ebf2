"""An overlay that others hold on to, and what is in its upper meanwhile."""

import ctypes
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, HelperCase, run_helper

WORKER = (Path(__file__).parent / "holding_worker.py").read_text()
PYTHON = "/usr/bin/python3"
NOBODY = 65534
PLACE = "holder"
TREES = ("layered", "written")
OWN_USERS = ("unshare", "-Ur", "--")
OWN_MOUNTS = ("unshare", "-Urm", "--propagation", "private", "--")
# For each way of holding_worker.py that is not one of the host's own: what it is started with.
PREFIXES = {"root_directory": OWN_USERS} | dict.fromkeys(
    ("mount_namespace", "working_directory_in_a_mount_namespace", "mount_namespace_whose_first_process_has_ended",
     "bind_mount_in_a_mount_namespace", "detached_copy_of_the_mount"), OWN_MOUNTS)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT = 1, 2, 4, 32
# Of these the first changes a mount of the caller's own at most.
HARMLESS = {"remount a bind mount"}


def remount_read_only(path):
    """Makes the superblock of the mount on `path` read-only, as umount does it first."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(None, os.fsencode(path), None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, None) != 0:
        raise OSError(ctypes.get_errno(), "mount", str(path))


def look_at(path):
    """All that could change about a file or directory, without changing it."""
    status = os.lstat(path)
    contents = None
    if stat.S_ISREG(status.st_mode):
        with open(os.open(path, os.O_RDONLY | os.O_NOATIME), "rb") as file:
            contents = file.read()
    names = os.listxattr(path, follow_symlinks=False)
    return {"mode": oct(status.st_mode), "owner": (status.st_uid, status.st_gid), "links": status.st_nlink,
            "inode": status.st_ino, "size": status.st_size, "contents": contents,
            "times": (status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns),
            "attributes": {name: os.getxattr(path, name, follow_symlinks=False) for name in names}}


def look_through(top):
    """{path below top: look_at() of it}."""
    found = {}
    to_do = [Path(top)]
    while to_do:
        path = to_do.pop()
        found[str(path.relative_to(top))] = look_at(path)
        # Path.is_dir() would read a symlink, which counts as an access to it.
        if stat.S_ISDIR(os.lstat(path).st_mode):
            directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOATIME)
            to_do.extend(path / name for name in os.listdir(directory))
            os.close(directory)
    return found


def differences(before, after):
    """[(path, what, before, after)] of two look_through()."""
    found = []
    for path in sorted({*before, *after}):
        one, other = before.get(path, {}), after.get(path, {})
        found += [(path, what, one.get(what), other.get(what)) for what in sorted({*one, *other})
                  if one.get(what) != other.get(what)]
    return found


class Holder:
    """A process that has taken hold of alpha's overlay."""

    def __init__(self, way, user, merged, place=PLACE):
        # The working directory is entered while it is root still.
        self._process = subprocess.Popen([*PREFIXES.get(way, ()), PYTHON, "-c", WORKER, way, place], cwd=merged,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=user,
                                         group=user, extra_groups=[])
        words = self._process.stdout.readline().split()
        if words[:1] != ["ready"]:
            self._process.kill()
            self._process.communicate()
            raise RuntimeError(f"{way} did not take hold")
        self.pid = int(words[1])

    def attempt(self, number):
        """{attempt: "done" or the errno} of its attempts in the directories of that number."""
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def release(self):
        self._process.stdin.close()
        self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait()
        if self.pid != self._process.pid:
            # It has come to the first process of its namespace, which this is.
            os.waitpid(self.pid, 0)


class LeftOverlayCase(HelperCase):
    """alpha, mounted, in which each holder finds files of its own from a layer and in upper."""

    PLACES = {PLACE: RUNTIME_USER}

    def setUp(self):
        super().setUp()
        self.holders = []
        for place, user in self.PLACES.items():
            # What merged shows as theirs.
            self.make_files(ROOT / f"overlays/addon/layered/{place}", SANDBOX_USER if user == RUNTIME_USER else user)
        self.assert_exit(0, "mount", "alpha")
        for place, user in self.PLACES.items():
            self.make_files(self.merged() / "written" / place, user)

    def tearDown(self):
        self.release()
        super().tearDown()

    @staticmethod
    def make_files(top, user):
        program = Path(shutil.which("sleep")).read_bytes()
        for number in ("0", "1"):
            (top / number / "emptied").mkdir(parents=True)
            for name in ("target", "overwritten", "renamed", "removed"):
                (top / number / name).write_text(f"{name}\n" * 100)
        (top / "held").write_bytes(b"held\n" * 1000)
        (top / "program").write_bytes(program)
        (top / "program").chmod(0o755)
        for path in (top, *top.rglob("*")):
            os.chown(path, user, user)

    def hold(self, way, user=RUNTIME_USER, place=PLACE):
        self.holders.append(Holder(way, user, self.merged(), place))
        return self.holders[-1]

    def release(self):
        for holder in self.holders:
            holder.release()
        self.holders = []

    def assert_exit(self, status, *arguments):
        """Returns what the helper says."""
        done = run_helper(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def look_at_upper(self):
        directory = self.upper().parent
        return {f"{name}/{path}": found for name in ("upper", "work")
                for path, found in look_through(directory / name).items()}

    def make_times_old(self):
        """So that reading a file would change the time of its last access."""
        for path in (self.upper(), *self.upper().rglob("*")):
            os.utime(path, ns=(0, os.lstat(path).st_mtime_ns), follow_symlinks=False)

    def assert_can_write(self):
        """The server can, through the overlay that is mounted."""
        self.assert_mounted_once()
        (self.merged() / "by the server").write_text("x\n")
        self.assertEqual((self.upper() / "by the server").read_text(), "x\n")
        (self.merged() / "by the server").unlink()

    def assert_writes_nothing(self, holder):
        before = self.look_at_upper()
        outcomes = holder.attempt(1)
        after = self.look_at_upper()
        self.assertEqual(differences(before, after), [], outcomes)
        self.assertEqual([what for what, outcome in outcomes.items() if outcome == "done" and what not in HARMLESS],
                         [], "they succeeded")
        self.assertNotIn("nothing", outcomes)
        return outcomes
