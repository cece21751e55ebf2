"""umount needs a name and what left4me.conf says, and nothing that others may have spoiled."""

import os
import shutil
import socket
import stat
from pathlib import Path

from tests.overlay.sandbox import ROOT, STATE, HelperCase


def env():
    return ROOT / "instances/alpha/instance.env"


def replace_env(make):
    env().unlink()
    make(env())


def listen(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def link_layers():
    shutil.rmtree(ROOT / "overlays")
    os.symlink("/etc", ROOT / "overlays")


SPOILED = {
    "its instance.env": lambda: env().unlink(),
    "its directory": lambda: shutil.rmtree(env().parent),
    "any instances": lambda: shutil.rmtree(ROOT / "instances"),
    "layers": lambda: [shutil.rmtree(ROOT / name) for name in ("overlays", "installation")],
    "layers but a link in their place": link_layers,
    "a record": (STATE / "alpha.json").unlink,
    "a record that can be read": lambda: (STATE / "alpha.json").write_bytes(b"\0{[" * 1000),
    "a value in its instance.env": lambda: env().write_text(""),
    "text in its instance.env": lambda: env().write_bytes(bytes(range(256)) * 16),
    "a small instance.env": lambda: env().write_bytes(b"L4D2_PORT=1\n" * 100_000),
    "a file as its instance.env but a directory": lambda: replace_env(Path.mkdir),
    "a file as its instance.env but a fifo": lambda: replace_env(os.mkfifo),
    "a file as its instance.env but a socket": lambda: replace_env(listen),
    "a file as its instance.env but a device": lambda: replace_env(
        lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(5, 0))),
    "a file as its instance.env but a link to nothing": lambda: replace_env(lambda path: os.symlink("nothing", path)),
    "a file as its instance.env but a link to itself": lambda: replace_env(lambda path: os.symlink(path, path)),
    "permissions on its instance.env": lambda: env().chmod(0),
}


class UmountWithout(HelperCase):
    """Its tests are those of the table."""


def add_test(what, spoil):
    def test(self):
        self.assert_done("mount", "alpha")
        spoil()
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    setattr(UmountWithout, f"test_umount_without_{what.replace(' ', '_').replace('.', '_')}", test)


for what, spoil in SPOILED.items():
    add_test(what, spoil)
