"""Runs tests of the helper in a virtual machine that a Debian kernel runs, on Debian 12's user space.

    python3 -m tests.vm.overlay_guest trixie tests.overlay.test_helper ...

Prints what tests.report prints inside, each test with the kernel's version before it. LEFT4ME_OVERLAY may name a helper
that runs there; otherwise one is built.
"""

import concurrent.futures
import io
import os
import re
import shlex
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.machine import product, roots
from tests.machine.machine import RELEASES
from tests.vm.disk_image import root_image
from tests.vm.kernel import prepare_kernel
from tests.vm.virtual_machine import VirtualMachine

SOURCE = product.SOURCE
USER_SPACE = "bookworm"
PRESET = "release"
TIMEOUT = 300
_RESULT = re.compile(r"^(ok   |FAIL ) ")
_TOTALS = re.compile(r"^(\d+) passed, (\d+) failed$")
_INIT = "/dev/guest_init"


def prepare():
    """Makes what guests share, that several may be run at once: root file systems, a disk, and the helper, which is
    returned."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        made = [pool.submit(roots.kernel_package, release) for release in RELEASES]
        made.append(pool.submit(root_image, USER_SPACE))
    for future in made:
        future.result()
    return product.build(USER_SPACE, "left4me-overlay", preset=PRESET) / "helper/left4me-overlay"


def write_payload(path, kernel, helper, modules):
    """The archive that guest_init unpacks."""
    command = ("LEFT4ME_OVERLAY=/payload/left4me-overlay LEFT4ME_AUTOMATIC_WAY=staged "
               f"exec /usr/bin/python3 -m tests.report {shlex.join(modules)}\n").encode()
    with tarfile.open(path, "w") as archive:
        for source in sorted((SOURCE / "tests").rglob("*.py")):
            archive.add(source, source.relative_to(SOURCE))
        archive.add(helper, "left4me-overlay")
        archive.add(kernel.modules / "lib", "lib")
        entry = tarfile.TarInfo("command")
        entry.size = len(command)
        archive.addfile(entry, io.BytesIO(command))


def run(release, modules):
    """Runs the modules in a guest with the release's kernel and prints the results; returns (passed, failed)."""
    helper = os.environ.get("LEFT4ME_OVERLAY") or prepare()
    with tempfile.TemporaryDirectory(prefix="left4me-vm-", dir="/var/tmp") as directory:
        directory = Path(directory)
        kernel = prepare_kernel(release, directory / "kernel")
        payload = directory / "payload.tar"
        write_payload(payload, kernel, helper, modules)
        disks = [(root_image(USER_SPACE), "snapshot=on"), (payload, "readonly=on")]
        with VirtualMachine(directory, kernel, disks, _INIT) as guest, guest.boot() as channel:
            channel.settimeout(TIMEOUT)
            totals = _print_results(channel, kernel.version)
            if totals is None:
                print(f"FAIL  vm {kernel.version}: the guest ended without a total\n{guest.console_text()}")
                return 0, 1
            guest.wait_for_end(30)
            return totals


def _print_results(channel, version):
    totals = None
    with channel.makefile(encoding="utf-8", errors="replace") as lines:
        try:
            for line in lines:
                if match := _TOTALS.match(line):
                    totals = int(match[1]), int(match[2])
                else:
                    print(_RESULT.sub(lambda found: f"{found[0]}vm {version}: ", line), end="", flush=True)
        except TimeoutError:
            print(f"FAIL  vm {version}: nothing said for {TIMEOUT} s")
        except ConnectionResetError:
            pass  # qemu has ended.
    return totals


if __name__ == "__main__":
    passed, failed = run(sys.argv[1], sys.argv[2:])
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if passed and not failed else 1)
