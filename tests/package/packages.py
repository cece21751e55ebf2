"""The package under test, and the one before it."""

import fcntl
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.machine import product, roots

# Not as packaging.build_deb: a library of Python's has that name, which is found first where it is installed.
sys.path.append(str(product.SOURCE / "packaging"))
import build_deb  # noqa: E402

DIRECTORY = product.BUILD / "deb"


def build(release):
    """Builds the package for a release. Returns the path of the .deb, beside which lies all else that was made."""
    # In one place whatever the checkout is called: what another one has compiled is not compiled again.
    work = roots.CACHE / "package-build"
    work.mkdir(parents=True, exist_ok=True)
    with (work / f"{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build_deb.build(release, DIRECTORY / release, work=work / release)


def built(release):
    """The package that is built already, or else is now."""
    packages = list((DIRECTORY / release).glob("left4me-systemd_*.deb"))
    return packages[0] if len(packages) == 1 else build(release)


def control_field(package, name):
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True,
                          text=True).stdout.rstrip("\n")


def previous(package, directory):
    """A package that is older than `package`, in `directory`: one with its programs, of a lower version, with a
    template that says of itself that it is old, and a unit that there is no more.

    No version has been packaged before; what differs between two of them is what an upgrade has to put in the place of
    what was there."""
    with tempfile.TemporaryDirectory() as work:
        tree = Path(work) / "tree"
        subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
        control = tree / "DEBIAN/control"
        control.write_text(control.read_text().replace(f"Version: {control_field(package, 'Version')}",
                                                       "Version: 0.0.9-1"))
        (template,) = tree.glob("**/l4d2@.service")
        template.write_text(template.read_text().replace("Description=", "Description=Old "))
        shutil.copy(template.with_name("l4d2.target"), template.with_name("l4d2-gone.target"))
        old = Path(directory) / "left4me-systemd_0.0.9-1_amd64.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, old], check=True,
                       stdout=subprocess.DEVNULL)
    return old
