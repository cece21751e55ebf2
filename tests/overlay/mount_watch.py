"""Looks at the mount table whenever it changes."""

import select
import threading


class MountWatch:
    """Calls `check` with the lines of every mount table that there is meanwhile, and keeps the problems it yields.

    The kernel wakes it at each change (proc_pid_mountinfo(5)); what comes and goes between two looks can be missed."""

    def __init__(self, check):
        self.check = check
        self.problems = []
        self.samples = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()

    def _look(self, table):
        table.seek(0)
        return list(self.check(table.read().splitlines()))

    def _watch(self):
        with open("/proc/self/mountinfo", encoding="utf-8") as table:
            poll = select.poll()
            poll.register(table, select.POLLPRI)
            while not self._stopped.is_set():
                problems = self._look(table)
                # A table is read in pieces, between which one mount may have taken another one's place: what is there
                # is there at the next look, too.
                if problems:
                    again = self._look(table)
                    self.problems += [problem for problem in problems if problem in again]
                self.samples += 1
                poll.poll(100)
