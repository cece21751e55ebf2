"""Fifty processes that mount and unmount one instance for some seconds, and what was seen meanwhile, as JSON after
a line that says that it begins.

    python3 -m tests.overlay.race_worker SECONDS

Meanwhile the plan changes, and so does the way of mounting, and somebody writes to overlays that are gone.
"""

import collections
import contextlib
import errno
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.overlay import sandbox
from tests.overlay.mount_watch import MountWatch
from tests.overlay.sandbox import CONFIGURATION, ROOT, STATE

CALLERS = 50
STOP = Path("/run/stop")
# Each begins with another verb than its neighbour.
CALLER = """
while [ ! -e "$0" ]; do
    "$1" "$2" alpha; echo "$2 $?"
    "$1" "$3" alpha; echo "$3 $?"
done
"""


def mount_id(fd):
    """Of the mount that a descriptor was opened through."""
    return next(line for line in Path(f"/proc/self/fdinfo/{fd}").read_text().splitlines() if line.startswith("mnt_id"))


class LateWriter(threading.Thread):
    """Keeps a directory of each overlay in turn, and writes there once another one, or none, is in its place."""

    def __init__(self, merged):
        super().__init__()
        self.merged = merged
        self.written = self.refused = 0

    def run(self):
        while not STOP.exists():
            # Neither is there all the time.
            with contextlib.suppress(OSError):
                self.write_late()

    def write_late(self):
        kept = os.open(self.merged, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if os.fstat(kept).st_dev == os.stat(self.merged.parent).st_dev:
                return
            while not STOP.exists() and self.is_in_place(kept):
                time.sleep(0.001)
            if STOP.exists():
                return
            os.close(os.open("late", os.O_CREAT | os.O_WRONLY, dir_fd=kept))
            self.written += 1
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            self.refused += 1
        finally:
            os.close(kept)

    def is_in_place(self, kept):
        now = os.open(self.merged, os.O_PATH | os.O_DIRECTORY)
        try:
            return mount_id(now) == mount_id(kept)
        finally:
            os.close(now)


class Race(sandbox.HelperCase):
    def enter(self):
        self.setUpClass()
        self.setUp()
        self.plans = itertools.cycle(itertools.product(("overlays/addon:installation", "installation"),
                                                       ("auto", "staged")))
        self.configuration = CONFIGURATION.read_text().partition("[Mount]")[0]
        self.change_plan()

    def change_plan(self):
        """Both files are replaced, never half written."""
        layers, way = next(self.plans)
        drafts = ((self.write_env("draft", layers=layers), ROOT / "instances/alpha/instance.env"),
                  (Path("/run/draft"), CONFIGURATION))
        drafts[1][0].write_text(f"{self.configuration}[Mount]\nWay={way}\n")
        for draft, file in drafts:
            os.rename(draft, file)

    def run_for(self, seconds):
        verbs = (("mount", "umount"), ("umount", "mount"))
        callers = [subprocess.Popen(["/bin/sh", "-c", CALLER, STOP, sandbox.helper_binary(), *verbs[number % 2]],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for number in range(CALLERS)]
        writer = LateWriter(self.merged())
        writer.start()
        end = time.monotonic() + seconds
        with MountWatch(self.check_table) as watch:
            while time.monotonic() < end:
                self.change_plan()
                time.sleep(0.05)
            STOP.touch()
            codes = collections.Counter()
            messages = collections.Counter()
            for caller in callers:
                output, errors = caller.communicate(timeout=60)
                codes.update(output.splitlines())
                messages.update(errors.splitlines())
            writer.join()
        return {"codes": codes, "messages": messages, "problems": watch.problems, "samples": watch.samples,
                "late writes": writer.written, "late refusals": writer.refused, "end": self.end()}

    def check_table(self, lines):
        overlays = [line for line in lines if "left4me:alpha" in line]
        if len(overlays) > 1:
            yield f"mounted twice: {overlays}"
        for line in overlays:
            if line.split()[4] != str(self.merged()):
                yield f"not on merged: {line}"

    def end(self):
        """What is left when all have come to rest, and after a last mount and a last umount."""
        found = {"state files": [name for name in self.state_files() if name != "alpha.json"]}
        for verb in ("mount", "umount"):
            done = sandbox.run_helper(verb, "alpha")
            found[verb] = {"exit code": done.returncode, "stderr": done.stderr,
                           "mounted": len(sandbox.mount_entries(self.merged())), "state files": self.state_files()}
            if verb == "mount":
                found[verb]["layers"] = [layer["path"] for layer in self.record()["layers"]]
        found["layers"] = (ROOT / "instances/alpha/instance.env").read_text().splitlines()[0].partition("=")[2]
        self.tearDown()
        return found


if __name__ == "__main__":
    sandbox.enter()
    race = Race("enter")
    race.enter()
    print("ready", flush=True)
    print(json.dumps(race.run_for(float(sys.argv[1]))))
