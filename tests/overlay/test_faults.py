"""left4me-overlay when its system calls fail, and when it is killed at any of them.

What is done and what has to hold after it: fault_worker.py. Which errors, and what becomes of them: fault_table.py.
"""

import json
import os
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Without sanitizers, whose own system calls would be hit, and whose leak check does not work under ptrace.
RELEASE = os.environ.get("LEFT4ME_OVERLAY_RELEASE")
SOURCE = Path(__file__).resolve().parents[2]


def disturb(way, *arguments):
    """The problems and the number of runs."""
    done = subprocess.run([sys.executable, "-m", "tests.overlay.fault_worker", *arguments], cwd=SOURCE, text=True,
                          capture_output=True, check=False, timeout=300,
                          env=os.environ | {"LEFT4ME_OVERLAY": RELEASE, "LEFT4ME_WAY": way})
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    *problems, totals = [json.loads(line) for line in done.stdout.splitlines()]
    return problems, totals["injections"]


class Disturbed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not RELEASE:
            raise RuntimeError("set LEFT4ME_OVERLAY_RELEASE to a left4me-overlay without sanitizers")
        cls.executor = ThreadPoolExecutor(max_workers=2)
        cls.addClassCleanup(cls.executor.shutdown)
        cls.runs = {name: cls.executor.submit(disturb, *arguments) for name, arguments in RUNS.items()}


RUNS = {}
STATES = {"nothing": "where nothing is mounted", "mounted": "where it is mounted",
          "mounted_by_another_plan": "where it is mounted by another plan"}
# With the time they take, so that the last to end is not the longest.
WAYS = {("mount", "mounted_by_another_plan"): ("auto", "staged"), ("mount", "nothing"): ("auto", "staged"),
        # Nothing is built there, so there is but one way.
        ("mount", "mounted"): ("auto",), ("umount", "mounted"): ("auto",), ("umount", "nothing"): ("auto",)}


def add_test(faults, verb, state, way):
    what = {"errors": "every system call failing", "kills": "a kill at every system call"}[faults]
    suffix = " staged" if way == "staged" else ""
    name = f"test_{what} in {verb} {STATES[state]}{suffix}".replace(" ", "_")
    RUNS[name] = (way, faults, state, verb)

    def test(self):
        problems, injections = self.runs[name].result()
        self.assertEqual(problems, [])
        self.assertGreater(injections, 40)

    setattr(Disturbed, name, test)


for (verb_of_run, state_of_run), ways in WAYS.items():
    for way_of_run in ways:
        for faults_of_run in ("errors", "kills"):
            add_test(faults_of_run, verb_of_run, state_of_run, way_of_run)
