"""An initramfs that loads modules, mounts the root disk and becomes the guest's init."""

import stat
from pathlib import Path

_HERE = Path(__file__).parent
_SCRIPTS = {"init": _HERE / "initramfs_init", "guest_init": _HERE / "guest_init"}


def write_initramfs(path, busybox, modules):
    """Writes it to `path`, to load the module files in `modules` in their order."""
    with open(path, "wb") as archive:
        for name in ("bin", "modules", "dev", "proc", "sys", "disk"):
            _add(archive, name, stat.S_IFDIR | 0o755)
        _add(archive, "bin/busybox", stat.S_IFREG | 0o755, busybox.read_bytes())
        for name, script in _SCRIPTS.items():
            _add(archive, name, stat.S_IFREG | 0o755, script.read_bytes())
        for position, module in enumerate(modules):
            # The shell's glob gives them in order.
            _add(archive, f"modules/{position:02}-{module.name}", stat.S_IFREG | 0o644, module.read_bytes())
        _add(archive, "TRAILER!!!", 0)


def _add(archive, name, mode, content=b""):
    """A cpio entry in the format "newc" (Documentation/driver-api/early-userspace/buffer-format.rst)."""
    path = name.encode() + b"\0"
    inode, uid, gid, links, time, device, check = archive.tell(), 0, 0, 1, 0, 0, 0
    fields = (inode, mode, uid, gid, links, time, len(content), device, device, device, device, len(path), check)
    archive.write(_padded(b"070701" + b"".join(b"%08X" % field for field in fields) + path))
    archive.write(_padded(content))


def _padded(data):
    return data + b"\0" * (-len(data) % 4)
