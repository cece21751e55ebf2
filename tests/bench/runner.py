"""A process that runs programs and measures each from outside (run_measured.cpp)."""

import shlex
import subprocess
from dataclasses import dataclass


@dataclass
class Run:
    milliseconds: float
    cpu_milliseconds: float
    mebibytes: float


class Runner:
    def __init__(self, command, **options):
        """`command` ends in run_measured and the file for what its programs say; `options` are Popen's. Raises
        RuntimeError when it does not come up."""
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)
        if self._process.stdout.readline() != "ready\n":
            self.close()
            raise RuntimeError(f"{shlex.join(map(str, command))}: exit {self._process.returncode}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self):
        return self._process.pid

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, command, messages):
        """`messages` is where we find the file for what programs say. Raises RuntimeError when the command fails or has
        something to say."""
        print("\t".join(map(str, command)), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().split()
        said = messages.read_text() if answer else ""
        if not answer or answer[-1] != "0" or said:
            raise RuntimeError(f"{shlex.join(map(str, command))}: {answer}\n{said}")
        return Run(int(answer[0]) / 1e6, int(answer[1]) / 1e3, int(answer[2]) / 1024)
