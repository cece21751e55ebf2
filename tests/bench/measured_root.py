"""A Debian root file system to run generators in, each of which is measured.

    with MeasuredRoot("trixie") as root:
        root.path("/mnt/tree").mkdir()
        root.run("/mnt/generator/left4me-generator", "--root=/mnt/tree", "/mnt/output")

/mnt is a tmpfs of its own. It, and every other mount, ends with the process that run() talks to."""

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.machine import product, roots

BENCH_TREE = "tests/bench"

_ENTER = """
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755,nr_inodes=0 tmpfs "$ROOT/mnt"
mkdir "$ROOT/mnt/generator" "$ROOT/mnt/bench"
mount --bind -o ro "$GENERATOR" "$ROOT/mnt/generator"
mount --bind -o ro "$BENCH" "$ROOT/mnt/bench"
mount -t proc -o nosuid,nodev,noexec,ro proc "$ROOT/proc"
mount -t tmpfs -o nosuid,mode=755 tmpfs "$ROOT/dev"
mknod -m 666 "$ROOT/dev/null" c 1 3
cd "$ROOT"
exec env -i PATH=/usr/sbin:/usr/bin "$@" chroot . /mnt/bench/run_measured /mnt/messages
"""


@dataclass
class Run:
    milliseconds: float
    cpu_milliseconds: float
    mebibytes: float


class MeasuredRoot:
    def __init__(self, release, **environment):
        """`environment` is that of every program it runs."""
        tree = product.build(release, "bare_loop", "run_measured")
        generator, = product.install(release).rglob("left4me-generator")
        options = os.environ | {"ROOT": str(roots.bench_root(release)), "BENCH": str(tree / BENCH_TREE),
                                "GENERATOR": str(generator.parent)}
        variables = [f"{name}={value}" for name, value in environment.items()]
        self._runner = subprocess.Popen(["unshare", "--mount", "--", "/bin/sh", "-c", _ENTER, "sh", *variables],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=options)
        if self._runner.stdout.readline() != "ready\n":
            self.close()
            raise RuntimeError(f"no measuring in {roots.bench_root(release)}: exit {self._runner.returncode}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._runner.stdin.close()
        self._runner.wait()
        self._runner.stdout.close()

    def path(self, path):
        """Where a path inside is for us."""
        return Path(f"/proc/{self._runner.pid}/root") / str(path).lstrip("/")

    def run(self, *command):
        """Raises RuntimeError when the command fails or has something to say."""
        print("\t".join(map(str, command)), file=self._runner.stdin, flush=True)
        answer = self._runner.stdout.readline().split()
        messages = self.path("/mnt/messages").read_text() if answer else ""
        if not answer or answer[-1] != "0" or messages:
            raise RuntimeError(f"{shlex.join(map(str, command))}: {answer}\n{messages}")
        return Run(int(answer[0]) / 1e6, int(answer[1]) / 1e3, int(answer[2]) / 1024)
