"""left4me-overlay when its system calls fail, and when it is killed at any of them.

What is done and what has to hold after it: fault_worker.py. Which errors, and what becomes of them: fault_table.py.
"""

import json
import os
import signal
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.overlay import sandbox

SOURCE = Path(__file__).resolve().parents[2]


def disturb(way, *arguments):
    """The problems and the number of runs."""
    done = subprocess.run([sys.executable, "-m", "tests.overlay.fault_worker", *arguments], cwd=SOURCE, text=True,
                          capture_output=True, check=False, timeout=600,
                          env=os.environ | {"LEFT4ME_WAY": way})
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    *problems, totals = [json.loads(line) for line in done.stdout.splitlines()]
    return problems, totals["injections"]


class Disturbed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Their own system calls would be hit, and their search for leaks does not work under ptrace.
        if b"__asan_init" in Path(sandbox.helper_binary()).read_bytes():
            raise RuntimeError("set LEFT4ME_OVERLAY to a left4me-overlay without sanitizers")
        cls.executor = ThreadPoolExecutor(max_workers=2)
        cls.addClassCleanup(cls.executor.shutdown)
        cls.runs = {name: cls.executor.submit(disturb, *arguments) for name, arguments in RUNS.items()}


RUNS = {}
STATES = {"nothing": "where nothing is mounted", "mounted": "where it is mounted",
          "mounted_by_another_plan": "where it is mounted by another plan"}
# Up to there, whatever is mounted and whichever way, mount does the same.
FIRST_EFFECT = "mkdirat"
# The longest first, so that none is waited for at the end. Where nothing is built there is but one way.
SCENARIOS = (
    ("mount", "mounted_by_another_plan", "staged", FIRST_EFFECT),
    ("mount", "nothing", "auto"),
    ("mount", "mounted_by_another_plan", "auto", FIRST_EFFECT),
    ("mount", "nothing", "staged", FIRST_EFFECT),
    ("mount", "mounted", "auto", FIRST_EFFECT),
    ("umount", "mounted", "auto"),
    ("umount", "nothing", "auto"),
)


def add_test(faults, verb, state, way, *first_call):
    what = {"errors": "every system call failing", "kills": "a kill at every system call"}[faults]
    suffix = " staged" if way == "staged" else ""
    name = f"test_{what} in {verb} {STATES[state]}{suffix}".replace(" ", "_")
    RUNS[name] = (way, faults, state, verb, *first_call)

    def test(self):
        problems, injections = self.runs[name].result()
        self.assertEqual(problems, [])
        # Where it is mounted already there is little to do.
        self.assertGreater(injections, 25)

    setattr(Disturbed, name, test)


for scenario in SCENARIOS:
    for faults_of_run in ("errors", "kills"):
        add_test(faults_of_run, *scenario)


def children_of(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class KilledChild(sandbox.HelperCase):
    """The process that holds the id map's user namespace, whose own calls come at the count of others."""

    def test_a_kill_of_it_does_no_harm(self):
        # For as long as it takes to find the child.
        tracer = subprocess.Popen(["strace", "--follow-forks", "--output=/dev/null", "--trace=clone3",
                                   "--inject=clone3:delay_exit=300000", sandbox.helper_binary(), "mount", "alpha"],
                                  stderr=subprocess.PIPE, text=True)

        def grandchildren():
            self.assertIsNone(tracer.poll(), "the child was not seen")
            return [child for helper in children_of(tracer.pid) for child in children_of(helper)]

        sandbox.wait_until(grandchildren)
        child, = grandchildren()
        os.kill(child, signal.SIGKILL)
        # It keeps its namespace until it is waited for.
        self.assertEqual((tracer.communicate(timeout=20)[1], tracer.returncode), ("", 0))
        self.assert_mounted_once()
        self.assertEqual(os.stat(self.merged() / "addon.vpk").st_uid, sandbox.RUNTIME_USER)
