"""What a run of the helper found before it and left behind: for tests that disturb it at every system call."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.overlay import leftovers, sandbox
from tests.overlay.sandbox import CONFIGURATION, ROOT, RUNTIME_USER, SANDBOX_USER, STATE

INSTANCE = "alpha"
MERGED = ROOT / "runtime" / INSTANCE / "merged"
RECORD = STATE / f"{INSTANCE}.json"
LOCK = STATE / f"{INSTANCE}.lock"
# Unlike their uids, so that a plan made of a number alone, for want of /etc/passwd, is noticed.
RUNTIME_GROUP = 61011
SANDBOX_GROUP = 61012


def mount_table():
    """The lines of the mount table: those of merged, and all others."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    merged = [line for line in lines if line.split()[4] == str(MERGED)]
    return merged, [line for line in lines if line not in merged]


def reap():
    """Forgets those that have ended and whose parent was killed: they are PID 1's now, hence this process's."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class Site(sandbox.HelperCase):
    """One state root for many runs, in namespaces of this process alone."""

    def __init__(self):
        super().__init__("enter")

    def enter(self):
        self.setUpClass()
        self.setUp()
        # One by name, one by number.
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(f"RuntimeUser={RUNTIME_USER}", "RuntimeUser=runs"))
        # Other modules of the name service make calls of their own, and how many depends on the host.
        self.replace("/etc/nsswitch.conf", "passwd: files\n")
        self.replace("/etc/passwd", f"root:x:0:0::/root:/bin/sh\n"
                                    f"runs:x:{RUNTIME_USER}:{RUNTIME_GROUP}::/:/bin/false\n"
                                    f"builds:x:{SANDBOX_USER}:{SANDBOX_GROUP}::/:/bin/false\n")
        self.others = mount_table()[1]
        self.call("mount")
        self.right_record = self.read_record()
        self.call("umount")

    @staticmethod
    def replace(path, text):
        own = Path("/run") / Path(path).name
        own.write_text(text)
        subprocess.run(["mount", "--bind", own, path], check=True)

    @staticmethod
    def call(verb):
        done = sandbox.run_helper(verb, INSTANCE)
        if (done.returncode, done.stderr) != (0, ""):
            raise AssertionError(f"{verb}: exit code {done.returncode}: {done.stderr}")

    @staticmethod
    def read_record():
        """The record without what differs from one mount to the next."""
        record = json.loads(RECORD.read_text())
        return {key: value for key, value in record.items() if key not in ("mounted_at", "mount_id", "file_system")}

    # The states that a run can find.

    def nothing(self):
        self.call("umount")
        shutil.rmtree(ROOT / "runtime", ignore_errors=True)

    def mounted(self):
        self.call("mount")

    def mounted_by_another_plan(self):
        self.write_env(INSTANCE, layers="installation")
        self.call("mount")
        (MERGED / "cfg/server.cfg").write_text("the server's\n")
        (MERGED / "maps/downloaded").mkdir(parents=True, exist_ok=True)
        self.write_env(INSTANCE)

    # What has to hold after every run.

    def leftovers(self):
        """What no call may leave, however it ended, as a list of problems."""
        problems = []
        reap()
        processes = leftovers.processes() - self.before["processes"]
        if processes:
            names = [Path(f"/proc/{pid}/comm").read_text().strip() for pid in processes]
            problems.append(f"left processes: {names}")
        merged, others = mount_table()
        if others != self.others:
            problems.append(f"left mounts: {sorted(set(others) ^ set(self.others))}")
        if len(merged) > 1:
            problems.append(f"mounted twice: {merged}")
        return problems

    def disagreements(self):
        """What a call that was not killed may not leave in the state directory."""
        problems = []
        merged = mount_table()[0]
        expected = {RECORD.name} if merged else set()
        files = set(self.state_files()) - {LOCK.name}
        if files != expected:
            problems.append(f"{len(merged)} mounted, state files: {sorted(files)}")
        if merged and RECORD.exists():
            mount_id = json.loads(RECORD.read_text())["mount_id"]
            if str(mount_id) != merged[0].split()[0]:
                problems.append(f"the record is of mount {mount_id}, mounted is {merged[0]}")
        return problems

    def reached(self, verb):
        """What `verb` is for, where it says that it is done."""
        merged = mount_table()[0]
        if len(merged) != (1 if verb == "mount" else 0):
            return [f"{verb} is done, {len(merged)} mounted"]
        if verb == "mount" and RECORD.exists() and self.read_record() != self.right_record:
            return [f"mount is done, record {self.read_record()}"]
        return []

    def converges(self, verb):
        """The same of `verb`, undisturbed, as the next call."""
        try:
            self.call(verb)
        except AssertionError as failure:
            return [f"and then {failure}"]
        problems = self.leftovers() + self.disagreements() + self.reached(verb)
        if LOCK.exists():
            problems.append("the lock is left")
        return [f"by the next call: {problem}" for problem in problems]
