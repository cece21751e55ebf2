"""Debian's kernels, and what it takes to start one: an initramfs, and the modules that a guest loads."""

import gzip
import lzma
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.machine import roots
from tests.vm.initramfs import write_initramfs

# Loaded by the initramfs, in this order: what the root disk takes.
_BOOT_MODULES = ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"]
# Loaded by the guest itself, when it needs them: nothing here helps the helper to find the overlay.
_GUEST_MODULES = ["overlay", "loop", "virtio_console", "autofs4", "binfmt_misc", "fuse", "configfs", "efi_pstore",
                  "dm_mod"]
_UNPACK = {".ko": bytes, ".ko.xz": lzma.decompress, ".ko.gz": gzip.decompress}


@dataclass(frozen=True)
class Kernel:
    """A kernel that a virtual machine can start.

    `modules` is a directory with lib/modules/`version` in it, to be laid over a guest's root."""

    version: str
    image: Path
    initramfs: Path
    modules: Path


def prepare_kernel(release, directory):
    """The kernel of a Debian release, with its initramfs and modules written to `directory`."""
    package = roots.kernel_package(release)
    if not (package / "lib").exists():
        (package / "lib").symlink_to("usr/lib")
    version, = (path.name for path in (package / "lib/modules").iterdir())
    if not (package / "lib/modules" / version / "modules.dep").exists():
        _depmod(package, version)

    shutil.rmtree(directory, ignore_errors=True)
    modules = directory / "modules"
    _copy_modules(package / "lib/modules" / version, modules / "lib/modules" / version,
                  [*_BOOT_MODULES, *_GUEST_MODULES])
    _depmod(modules, version)

    busybox, = (path for name in ("bin/busybox", "usr/bin/busybox") if (path := package / name).is_file())
    initramfs = directory / "initramfs"
    copied = modules / "lib/modules" / version
    write_initramfs(initramfs, busybox, [copied / name for name in _with_dependencies(copied, _BOOT_MODULES)])
    return Kernel(version, package / f"boot/vmlinuz-{version}", initramfs, modules)


def _depmod(root, version):
    subprocess.run(["depmod", "--basedir", root, version], check=True)


def _copy_modules(source, target, names):
    target.mkdir(parents=True)
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copy(source / name, target / name)
    for name in _with_dependencies(source, names):
        stem, ko, packed = name.partition(".ko")
        copied = target / f"{stem}{ko}"
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(_UNPACK[ko + packed]((source / name).read_bytes()))


def _with_dependencies(directory, names):
    """The files of modules and of all that they depend on, in the order in which they can be loaded. A name of none is
    built in, or not of this version."""
    needed_by = {}
    for line in (directory / "modules.dep").read_text().splitlines():
        path, _, dependencies = line.partition(":")
        # The dependency to be loaded first stands last.
        needed_by[Path(path).name.partition(".ko")[0].replace("-", "_")] = [*reversed(dependencies.split()), path]
    return list(dict.fromkeys(path for name in names for path in needed_by.get(name, ())))
