"""Fifty processes that mount and unmount one instance for some seconds, and what was seen meanwhile, as JSON after
a line that says that it begins.

    python3 -m tests.overlay.race_worker SECONDS

Meanwhile the plan changes, and so does the way of mounting, and somebody uses the overlay.
"""

import collections
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.overlay import sandbox
from tests.overlay.kernel_log import KernelLog
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
USER = """
while [ ! -e "$0" ]; do
    (cd "$1" && cat cfg/server.cfg) >/dev/null 2>&1
done
"""


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
        user = subprocess.Popen(["/bin/sh", "-c", USER, STOP, self.merged()])
        log = KernelLog()
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
            user.wait()
        return {"codes": codes, "messages": messages, "problems": watch.problems, "samples": watch.samples,
                "shared uppers": log.about_shared_uppers(), "shared on purpose": self.share_upper(), "end": self.end()}

    def check_table(self, lines):
        overlays = [line for line in lines if "left4me:alpha" in line]
        if len(overlays) > 1:
            yield f"mounted twice: {overlays}"
        for line in overlays:
            if line.split()[4] != str(self.merged()):
                yield f"not on merged: {line}"

    @staticmethod
    def share_upper():
        """What the kernel says when two overlays do have one upper: that it says it is what the race relies on."""
        directory = Path("/run/shared")
        for name in ("lower", "upper", "work", "one", "other"):
            (directory / name).mkdir(parents=True)
        log = KernelLog()
        points = (directory / "one", directory / "other")
        for point in points:
            subprocess.run(["mount", "-t", "overlay", "-o", f"index=off,lowerdir={directory}/lower,"
                            f"upperdir={directory}/upper,workdir={directory}/work", "shared", point], check=True)
        for point in points:
            subprocess.run(["umount", point], check=True)
        return log.about_shared_uppers()

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
