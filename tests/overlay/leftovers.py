"""What a call may leave behind that the mount point does not show."""

import os
from pathlib import Path


def mounts():
    """The mounts of this namespace by their ids, which are not used again while they last."""
    return {line.split()[0]: line for line in Path("/proc/self/mountinfo").read_text().splitlines()}


def namespaces():
    """The mount and user namespaces that any process is in."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        for kind in ("mnt", "user"):
            try:
                found.add(os.readlink(process / "ns" / kind))
            except FileNotFoundError:
                pass
    return found


def processes():
    return {int(process.name) for process in Path("/proc").glob("[0-9]*")}


def everything():
    return {"mounts": mounts(), "namespaces": namespaces(), "processes": processes()}


def unfinished(state):
    """The locks and drafts in the state directory."""
    return sorted(path.name for path in state.iterdir() if path.suffix in (".lock", ".new"))
