"""A Debian root file system to run generators in, each of which is measured.

    with MeasuredRoot("trixie") as root:
        root.path("/mnt/tree").mkdir()
        root.run("/mnt/generator/left4me-generator", "--root=/mnt/tree", "/mnt/output")

/mnt is a tmpfs of its own. It, and every other mount, ends with the process that run() talks to."""

import os
from pathlib import Path

from tests.bench.runner import Runner
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


class MeasuredRoot:
    def __init__(self, release, **environment):
        """`environment` is that of every program it runs."""
        tree = product.build(release, "bare_loop", "run_measured")
        generator, = product.install(release).rglob("system-generators/left4me-generator")
        options = os.environ | {"ROOT": str(roots.bench_root(release)), "BENCH": str(tree / BENCH_TREE),
                                "GENERATOR": str(generator.parent)}
        variables = [f"{name}={value}" for name, value in environment.items()]
        self._runner = Runner(["unshare", "--mount", "--", "/bin/sh", "-c", _ENTER, "sh", *variables], env=options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._runner.close()

    def path(self, path):
        """Where a path inside is for us."""
        return Path(f"/proc/{self._runner.pid}/root") / str(path).lstrip("/")

    def run(self, *command):
        """Raises RuntimeError when the command fails or has something to say."""
        return self._runner.run(command, self.path("/mnt/messages"))
