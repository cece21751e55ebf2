"""What a call may leave behind that the mount point does not show."""

import os
from pathlib import Path


def mounts():
    """The mounts of this namespace by their ids, which are not used again while they last."""
    return {line.split()[0]: line for line in Path("/proc/self/mountinfo").read_text().splitlines()}


def processes():
    """Those of this PID namespace, the ended that nobody has waited for among them. What is in one below it is at
    another test."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pids = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]
        if len(pids) == 1:
            found.add(int(process.name))
    return found


def namespaces():
    """The mount and user namespaces that these are in."""
    found = set()
    for process in processes():
        for kind in ("mnt", "user"):
            try:
                found.add(os.readlink(f"/proc/{process}/ns/{kind}"))
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def everything():
    return {"mounts": mounts(), "namespaces": namespaces(), "processes": processes()}


def since(before):
    """What there is now that was not in `before`, an everything(); of mounts, what is gone, too."""
    now = everything()
    found = {kind: now[kind] - before[kind] for kind in ("namespaces", "processes")}
    found["mounts"] = {line for _, line in set(now["mounts"].items()) ^ set(before["mounts"].items())}
    return {kind: sorted(values) for kind, values in found.items() if values}


def unfinished(state):
    """The locks and drafts in the state directory."""
    return sorted(path.name for path in state.iterdir() if path.suffix in (".lock", ".new"))
