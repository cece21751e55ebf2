"""A machine: a real systemd as PID 1 in namespaces, on a disk of its own, with the product installed.

    with Machine.create("bookworm") as machine:
        machine.boot()
        machine.run("systemctl", "start", "l4d2@alpha")
        machine.power_off()
        machine.boot()

The disk is a directory (machine.disk) and survives power_off() and kill(); leaving the `with` block ends
the machine and removes the disk. Nothing of it is visible in the host's mount table.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.machine import product, roots

ALL_RELEASES = ("bookworm", "trixie")
# What is to come: benchmarks ask it, and any test that LEFT4ME_MACHINE_RELEASES names it for.
NEXT_RELEASE = "forky"
RELEASES = tuple(os.environ.get("LEFT4ME_MACHINE_RELEASES", " ".join(ALL_RELEASES)).split())
# How the product in a machine is built: one of CMakePresets.json.
PRESET = os.environ.get("LEFT4ME_MACHINE_PRESET", "release")
SANITIZED = "asan-ubsan"

_BOOT = Path(__file__).with_name("boot")
_NAMESPACES = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "SYSTEMD_PAGER": "",
    "SYSTEMD_COLORS": "0",
}
_PR_SET_PDEATHSIG = 1
_CHROOT = """
set -eu
disk=$1
shift
mount --make-rprivate /
mount -t proc proc "$disk/proc"
mount --rbind /dev "$disk/dev"
exec chroot "$disk" "$@"
"""
_DECLARE = """
set -eu
mount --make-rprivate /
mount -t proc proc "$1/proc"
chroot "$1" systemd-sysusers
chroot "$1" systemd-tmpfiles --create left4me.conf
"""


def wait_until(condition, what, timeout=30.0):
    """Calls `condition` until it returns something true, and returns that.

    Raises TimeoutError naming `what`, or what it returns, after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        if result := condition():
            return result
        if time.monotonic() >= deadline:
            raise TimeoutError(f"not within {timeout:g} s: {what() if callable(what) else what}")
        time.sleep(0.02)


class Machine:
    def __init__(self, disk, release):
        self.disk = Path(disk)
        self.release = release
        self._parent = None
        self._pid = None
        self._cgroup = None
        self._boot_log = self.disk.parent / "boot.log"

    @classmethod
    def create(cls, release, with_product=True, make_root=roots.machine_root):
        """A machine that is off, its disk a fresh copy of the release with the product installed, as `cmake --install`
        does it. What else is on the disk is up to `make_root`, a function of tests.machine.roots."""
        root = make_root(release)
        installed = product.install(release, PRESET) if with_product else None
        directory = Path(tempfile.mkdtemp(prefix=f"left4me-machine-{release}-", dir="/var/tmp"))
        directory.chmod(0o755)
        machine = cls(directory / "disk", release)
        try:
            subprocess.run(["cp", "-a", root, machine.disk], check=True)
            if installed:
                machine.install(installed)
            if PRESET == SANITIZED:
                # The search for leaks at its end takes ptrace(2).
                machine.write("/etc/systemd/system/left4me-watch.service.d/50-sanitizers.conf",
                              "[Service]\nSystemCallFilter=\n")
        except BaseException:
            machine.destroy()
            raise
        return machine

    def install(self, tree):
        """Lays `tree` over the disk and creates the users and directories that it declares."""
        with subprocess.Popen(["tar", "-C", tree, "-c", "."], stdout=subprocess.PIPE) as archive:
            subprocess.run(["tar", "-C", self.disk, "-x", "--keep-directory-symlink", "--no-same-owner"],
                           stdin=archive.stdout, check=True)
        subprocess.run(["unshare", "--mount", "--", "/bin/sh", "-c", _DECLARE, "sh", self.disk],
                       check=True, env=_ENVIRONMENT, capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.destroy()

    @property
    def pid(self):
        """The host's pid of the machine's PID 1, or None when it is off."""
        return self._pid

    def boot(self):
        """Boots, and returns when systemd has nothing more to start.

        Returns what `systemctl is-system-running` says: "running", or "degraded" with a failed unit."""
        if self._pid is not None:
            raise RuntimeError("the machine is on already")
        self._make_cgroup()
        self._parent = subprocess.Popen(
            ["unshare", "--fork", "--kill-child", *_NAMESPACES, "--", _BOOT, self.disk],
            stdin=subprocess.DEVNULL, stdout=self._boot_log.open("w"), stderr=subprocess.STDOUT,
            preexec_fn=self._enter_cgroup)
        try:
            self._pid = wait_until(self._find_pid_1, "the machine's PID 1")
            return wait_until(self._finished_state, "the end of the machine's boot", timeout=120)
        except BaseException:
            self.kill()
            raise

    def run(self, *command, check=True, timeout=120, text=True, stdin=None, under=()):
        """Runs a command as root inside, and returns its subprocess.CompletedProcess. `under` is a command of the
        host that is to run it, such as strace(1).

        Raises AssertionError with all output when `check` and it fails."""
        done = subprocess.run([*under, *self._nsenter(), "--root", "--wd", "--", *map(str, command)],
                              capture_output=True, text=text, timeout=timeout, env=_ENVIRONMENT,
                              input=stdin)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}{self.recent_journal()}")
        return done

    def run_off(self, *command):
        """Runs a command on the disk of a machine that is off, in a mount namespace of its own, as who builds an image
        does. Raises RuntimeError with what it printed when it fails."""
        return product.run(["unshare", "--mount", "--pid", "--fork", "--", "/bin/sh", "-c", _CHROOT, "sh", self.disk,
                            *command], env=_ENVIRONMENT)

    def output(self, *command):
        """What a command prints that succeeds, without the newline at its end."""
        return self.run(*command).stdout.rstrip("\n")

    def shell(self, script, **options):
        """run() for a shell script."""
        return self.run("/bin/sh", "-c", script, **options)

    def run_on_host_in_network(self, *command, **options):
        """Runs one of the host's programs, but in the machine's network."""
        return subprocess.run(["nsenter", f"--target={self._pid}", "--net", "--", *map(str, command)],
                              capture_output=True, text=True, check=False, timeout=30, **options)

    def property(self, unit, name):
        """One property of a unit, as systemctl show prints it."""
        return self.output("systemctl", "show", "--value", f"--property={name}", unit)

    def wait_for_property(self, unit, name, value, timeout=30.0):
        wait_until(lambda: self.property(unit, name) == value,
                   f"{name} of {unit} to become {value} (it is {self.property(unit, name)})", timeout)

    def journal(self, *arguments):
        return self.run("journalctl", "--no-pager", "--output=cat", *arguments).stdout

    def recent_journal(self):
        done = subprocess.run([*self._nsenter(), "--root", "--wd", "--", "journalctl", "--no-pager",
                               "--lines=40"], capture_output=True, text=True, check=False, env=_ENVIRONMENT)
        return f"--- journal of {self.release} ---\n{done.stdout}"

    def mounts(self):
        """The mount table of its PID 1: {mount point: (type, source, options)}; the topmost mount counts."""
        table = {}
        for line in Path(f"/proc/{self._pid}/mountinfo").read_text().splitlines():
            head, _, tail = line.partition(" - ")
            point = head.split()[4].encode().decode("unicode_escape")
            file_system, source, super_options = tail.split(" ", 2)
            table[point] = (file_system, source, f"{head.split()[5]},{super_options}")
        return table

    def processes(self):
        """The host's pids of all its processes."""
        pids = []
        for directory, _, _ in os.walk(self._cgroup):
            # A cgroup may end while we look.
            with contextlib.suppress(OSError):
                pids += Path(directory, "cgroup.procs").read_text().split()
        return pids

    def path(self, path):
        """Where a path inside is on the host: through the machine's mounts while it is on."""
        if self._pid is None:
            return self.disk / str(path).lstrip("/")
        return Path(f"/proc/{self._pid}/root") / str(path).lstrip("/")

    def write(self, path, text, owner="root", mode=0o644):
        """Writes a file, making the directories above it, for a user or number of the machine."""
        target = self.path(path)
        uid, gid = self.user(owner)
        missing = [parent for parent in target.parents if not parent.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        for parent in missing:
            os.chown(parent, uid, gid)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.chown(target, uid, gid)
        target.chmod(mode)

    def user(self, name):
        """The (uid, gid) of one of its users."""
        if isinstance(name, int):
            return name, name
        for line in (self.disk / "etc/passwd").read_text().splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return int(fields[2]), int(fields[3])
        raise KeyError(name)

    def power_off(self):
        """Shuts down as an operator does, and waits for the end.

        Raises AssertionError with what systemd still waits for when that does not come."""
        self.run("systemctl", "--no-block", "poweroff")
        try:
            self._parent.wait(timeout=90)
        except subprocess.TimeoutExpired:
            jobs = self.run("systemctl", "list-jobs", check=False, timeout=10).stdout
            raise AssertionError(f"not off after 90 s\n{jobs}{self.recent_journal()}") from None
        finally:
            self.kill()

    def kill(self):
        """Ends the machine at once by killing its PID 1, as a power cut would."""
        if self._pid is not None and self._parent.poll() is None:
            os.kill(self._pid, signal.SIGKILL)
        if self._parent is not None:
            if self._pid is None:
                self._parent.kill()
            self._parent.wait()
        self._parent = self._pid = None
        if self._cgroup is not None:
            self._remove_cgroup()

    def destroy(self):
        self.kill()
        shutil.rmtree(self.disk.parent)

    def _nsenter(self):
        return ["nsenter", f"--target={self._pid}", *_NAMESPACES]

    def _find_pid_1(self):
        if self._parent.poll() is not None:
            raise RuntimeError(f"the machine ended while booting: exit {self._parent.returncode}\n"
                               f"{self._boot_log.read_text()}")
        children = Path(f"/proc/{self._parent.pid}/task/{self._parent.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def _finished_state(self):
        if self._parent.poll() is not None:
            raise RuntimeError(f"the machine ended while booting: exit {self._parent.returncode}\n"
                               f"{self._boot_log.read_text()}")
        if not self.path("/run/systemd/private").exists():
            return None
        state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return state if state in ("running", "degraded") else None

    def _make_cgroup(self):
        for line in Path("/proc/self/mounts").read_text().splitlines():
            _, point, file_system, *_ = line.split()
            if file_system == "cgroup2":
                self._cgroup = Path(point) / f"left4me-machine-{os.getpid()}-{self.disk.parent.name[-8:]}"
                self._cgroup.mkdir()
                return
        raise RuntimeError("no cgroup2 file system is mounted")

    def _enter_cgroup(self):
        # Ends with us: no machine outlives its test.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        (self._cgroup / "cgroup.procs").write_text("0")

    def _remove_cgroup(self):
        def remove():
            for directory, _, _ in os.walk(self._cgroup, topdown=False):
                try:
                    os.rmdir(directory)
                except OSError:
                    return False
            return True

        wait_until(remove, f"the end of every process in {self._cgroup}")
        self._cgroup = None
