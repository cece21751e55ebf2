"""Runs unittest modules and prints a line per test, then the totals as `N passed, N failed`.

    python3 -m tests.report tests.golden.test_golden ...

A skipped test counts as failed: a test that cannot run here says so by failing.
"""

import re
import sys
import time
import unittest

from tests.overlay import sandbox


class LineResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = 0
        self.failed = 0

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def addSuccess(self, test):
        self.passed += 1
        print(f"ok    {_name(test)} ({time.monotonic() - self._began:.2f} s)", flush=True)

    def addFailure(self, test, err):
        self._fail(test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self._fail(test, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self._fail(test, f"skipped: {reason}\n")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._fail(subtest, self._exc_info_to_string(err, test))

    def addUnexpectedSuccess(self, test):
        self._fail(test, "succeeded, though it was expected to fail\n")

    def _fail(self, test, text):
        self.failed += 1
        print(f"FAIL  {_name(test)}\n" + "".join(f"      {line}\n" for line in text.splitlines()), flush=True)


def _name(test):
    identity = test.id().removeprefix("tests.")
    sentence = re.sub(r"\.test_", ": ", identity)
    return sentence.replace("_", " ") if " " in sentence else identity


def main(modules):
    if any(name.startswith("tests.overlay.") for name in modules):
        sandbox.enter()
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromName(name) for name in modules)
    result = LineResult()
    suite.run(result)
    print(f"{result.passed} passed, {result.failed} failed")
    return 0 if result.passed and not result.failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
