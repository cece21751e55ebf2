"""Disturbs one verb of the helper at every one of its system calls, and prints every problem as a line of JSON.

    python3 -m tests.overlay.fault_worker FAULTS STATE VERB

FAULTS are `errors` or `kills`, STATE is what each run finds (a method of fault_site.Site). A worker has namespaces of
its own, so that several can run at a time, and no process but its own is to be seen there.
"""

import errno
import json
import os
import re
import sys

from tests.overlay import fault_injection, fault_table, sandbox
from tests.overlay.fault_site import INSTANCE, LOCK, RECORD, Site, mount_table


class Worker:
    def __init__(self, state, verb):
        self.site = Site()
        self.site.enter()
        self.state = state
        self.verb = verb
        self.injections = 0
        self.problems = []
        self.restore()
        self.calls = fault_injection.trace(verb, INSTANCE)

    def restore(self):
        self.site.nothing()
        if self.state != "nothing":
            getattr(self.site, self.state)()

    def run(self, faults):
        for call, what, check in getattr(self, faults)():
            self.restore()
            done, reached = fault_injection.inject(call, what, self.verb, INSTANCE)
            self.injections += 1
            problems = check(done)
            if not reached:
                problems.append("the call was not reached")
            for problem in problems:
                self.problems.append({"call": str(call), "what": what, "problem": problem,
                                      "exit code": done.returncode, "stderr": done.stderr})

    # Every call made to fail with each of its errors.

    def errors(self):
        for call in self.calls:
            if call.name in fault_table.NEVER_FAIL:
                continue
            errnos = fault_table.errnos_of(call)
            if not errnos:
                yield call, "error=EIO", lambda done: ["fault_table.py does not know its errors"]
            for error in errnos:
                yield call, f"error={error}", lambda done, call=call, error=error: self.check_error(call, error, done)

    def check_error(self, call, error, done):
        problems = self.site.leftovers()
        # A record that cannot be removed is reported.
        if not (call.name == "unlinkat" and RECORD.name in call.arguments and done.returncode != 0):
            problems += self.site.disagreements()
        problems += self.check_words(done, fault_table.rule_of(call, error), os.strerror(getattr(errno, error)))
        if done.returncode == 0:
            problems += self.site.reached(self.verb)
        return problems + self.site.converges(self.verb)

    def check_words(self, done, rule, description):
        if rule and rule.status == fault_table.EITHER:
            rule = None if done.returncode else fault_table.gets_along("", "", "")
        if rule and rule.status == fault_table.GETS_ALONG:
            return [] if (done.returncode, done.stderr) == (0, "") else ["expected to get along without it"]
        status, words = (rule.status, rule.words) if rule else (sandbox.SYSTEM_CALL_FAILED, description)
        problems = []
        if done.returncode != status:
            problems.append(f"expected exit code {status}")
        if not re.fullmatch(rf"left4me-overlay: ({INSTANCE}: )?[^\n]+\n", done.stderr) or words not in done.stderr:
            problems.append(f"expected one line with: {words}")
        return problems

    # Killed at every call.

    def kills(self):
        for call in self.calls:
            for following in ("mount", "umount"):
                yield (call, "signal=KILL",
                       lambda done, following=following: self.site.leftovers() + self.site.converges(following))


def main(faults, state, verb):
    worker = Worker(state, verb)
    worker.run(faults)
    for problem in worker.problems:
        print(json.dumps(problem))
    print(json.dumps({"injections": worker.injections}))


if __name__ == "__main__":
    sandbox.enter()
    main(*sys.argv[1:])
