"""Runs of the helper under strace: which system calls it makes, and one of them made to fail or to kill it."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.overlay import sandbox

TRACE = Path("/run/trace")
# main() begins with it. What comes before belongs to the kernel and the dynamic loader: when that fails, no line of
# the helper has run, so there is nothing that it could have done wrong.
FIRST_CALL_OF_MAIN = "umask"
# In seconds. Undisturbed, one takes a hundredth.
LONGEST_RUN = 20
LINE = re.compile(r"^(\w+)\((.*)\)\s+= (.*)$")


@dataclass(frozen=True)
class Call:
    """The `nth` call of that name in its process, which is how strace counts."""
    name: str
    nth: int
    arguments: str

    def __str__(self):
        return f"{self.name}#{self.nth}({self.arguments})"


def calls_in(text):
    seen = {}
    calls = []
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            name = match[1]
            seen[name] = seen.get(name, 0) + 1
            calls.append(Call(name, seen[name], match[2]))
    return calls


def trace(*arguments):
    """A run that nothing disturbs: the calls of the helper, and those of each child that it makes."""
    done = subprocess.run(["strace", "--output-separately", "--follow-forks", "--string-limit=256", "--decode-fds=path",
                           f"--output={TRACE}", sandbox.helper_binary(), *arguments],
                          capture_output=True, text=True, check=False, timeout=60)
    if (done.returncode, done.stderr) != (0, ""):
        raise RuntimeError(f"{arguments}: exit code {done.returncode}: {done.stderr}")
    of_helper = []
    of_children = []
    for file in sorted(TRACE.parent.glob(f"{TRACE.name}.*")):
        calls = calls_in(file.read_text())
        file.unlink()
        if calls[0].name == "execve":
            of_helper = calls
        else:
            of_children += calls
    names = [call.name for call in of_helper]
    first = names.index(FIRST_CALL_OF_MAIN)
    before = {(call.name, call.nth) for call in of_helper[:first]}
    mine = of_helper[first:]
    # A child's calls are counted from 1 again, and what is injected there is injected at the same count in its
    # parent: those that would hit the loader instead cannot be reached.
    taken = before | {(call.name, call.nth) for call in mine}
    return mine + [call for call in of_children if (call.name, call.nth) not in taken]


def inject(call, what, *arguments):
    """A run in which `what` happens to one call: `error=EIO`, `signal=KILL`.

    Returns what became of the helper, and whether the call was reached."""
    # Its filter knows nothing of signals.
    filtered = [] if what.startswith("signal=") else ["--seccomp-bpf"]
    done = subprocess.run(["timeout", "--signal=KILL", str(LONGEST_RUN), "strace", "--follow-forks", *filtered,
                           f"--output={TRACE}", f"--trace={call.name}",
                           f"--inject={call.name}:{what}:when={call.nth}", sandbox.helper_binary(), *arguments],
                          capture_output=True, text=True, check=False)
    trace_of_it = TRACE.read_text()
    return done, "(INJECTED)" in trace_of_it or "killed by SIGKILL" in trace_of_it
