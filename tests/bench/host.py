"""A host to run the mount helper on: a state root, users and left4me.conf, in a mount namespace that is PID 1's and
ends with this process (tests.overlay.sandbox.enter)."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.overlay.sandbox import CONFIGURATION, ROOT, RUNTIME_USER, SANDBOX_USER

INSTANCE = "server"
PROGRAM = "srcds_run"
MERGED, UPPER, WORK = (ROOT / "runtime" / INSTANCE / part for part in ("merged", "upper", "work"))
_USERS = {"left4me": RUNTIME_USER, "l4d2-sandbox": SANDBOX_USER}


def set_up():
    """Makes the mounts of this namespace ours alone, and the users known by name, as on a real host."""
    _call("mount", "--make-rprivate", "/")
    _call("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for directory in ("/etc/left4me", "/usr/lib/left4me"):
        if os.path.isdir(directory):
            _call("mount", "-t", "tmpfs", "tmpfs", directory)
    for file, entry in (("passwd", "{0}:x:{1}:{1}::/nonexistent:/usr/sbin/nologin"), ("group", "{0}:x:{1}:")):
        known = [line for line in Path("/etc", file).read_text().splitlines() if line.split(":")[0] not in _USERS]
        ours = [entry.format(*user) for user in _USERS.items()]
        Path("/run", file).write_text("\n".join(known + ours) + "\n")
        _call("mount", "--bind", f"/run/{file}", f"/etc/{file}")
    CONFIGURATION.parent.mkdir(parents=True)


def configure(way):
    CONFIGURATION.write_text(f"[Paths]\nRoot={ROOT}\n\n[Mount]\nWay={way}\n")


def mount_state_root(file_system, mebibytes):
    """An empty state root on a tmpfs, or on an ext4 in a file that is gone with the mount."""
    ROOT.mkdir(parents=True, exist_ok=True)
    if file_system == "tmpfs":
        _call("mount", "-t", "tmpfs", "-o", f"mode=755,size={mebibytes}M", "tmpfs", ROOT)
    else:
        with tempfile.NamedTemporaryFile(dir="/var/tmp") as image:
            image.truncate(mebibytes << 20)
            _call("mkfs.ext4", "-q", "-F", image.name)
            _call("mount", "-o", "loop", image.name, ROOT)


def unmount_state_root():
    _call("umount", ROOT)


def make_layers(count):
    """{path relative to the state root: whether it belongs to the sandbox}, topmost first: the installation below addon
    layers, a third of them all, rounded, the sandbox's."""
    idmapped = round(count / 3)
    layers = [f"overlays/addon{number:02}" for number in range(1, count)] + ["installation"]
    return {layer: place < idmapped for place, layer in enumerate(layers)}


def write_layers(layers, files_of):
    """`layers` as make_layers() gives them; `files_of` is a function from the place of a layer to {path: bytes}. The
    installation has PROGRAM besides."""
    for place, layer in enumerate(layers):
        top = ROOT / layer
        top.mkdir(parents=True)
        for name, content in files_of(place).items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    # What a server needs, or the helper would have something to say.
    program = ROOT / "installation" / PROGRAM
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    set_owners(layers)


def set_owners(layers):
    for layer, sandboxed in layers.items():
        os.chown(ROOT / layer, *[SANDBOX_USER if sandboxed else RUNTIME_USER] * 2)


def write_instance(layers):
    path = ROOT / "instances" / INSTANCE / "instance.env"
    path.parent.mkdir(parents=True)
    path.write_text(f"""\
# see the wiki before you change it
L4D2_LOWERDIRS={':'.join(layers)}
L4D2_PORT=27015
L4D2_ARGS="+map c1m1_hotel +maxplayers 8 -tickrate 100 +exec server.cfg"
""")


def _call(*command):
    subprocess.run(command, check=True)
