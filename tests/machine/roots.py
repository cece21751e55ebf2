"""Root file systems of Debian releases, made once by mmdebstrap and kept."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(os.environ.get("LEFT4ME_TEST_CACHE", "/var/cache/left4me-tests"))

# What a host that runs the product has.
MACHINE_PACKAGES = {
    "bookworm": ["systemd-sysv", "dbus", "libcap2", "libinih1", "libsystemd0"],
    "trixie": ["systemd-sysv", "dbus", "libcap2", "libinih1", "libsystemd0"],
    "forky": ["systemd-sysv", "dbus", "libcap2", "libinih1", "libsystemd0"],
}

VM_PACKAGES = ["udev", "kmod", "e2fsprogs", "python3", "strace"]

# What the package depends on and recommends, and what its own tests take, besides what every system has.
PACKAGE_NEEDS = ["libinih1", "lib32gcc-s1", "lib32stdc++6"]
PACKAGE_TEST_PACKAGES = ["autopkgtest", "dpkg-dev", "e2fsprogs", "python3", "strace"]

# What building it takes; packaging/install-packages lists the same for the machine it runs on.
BUILD_PACKAGES = [
    "build-essential", "ccache", "cmake", "ninja-build", "pkg-config", "libfmt-dev", "libinih-dev", "libsystemd-dev",
    "libcap-dev", "libcli11-dev", "libboost-test-dev", "nlohmann-json3-dev", "scdoc", "debhelper", "lintian",
]
BUILD_PACKAGES_OF = {"bookworm": ["systemd"], "trixie": ["systemd-dev"], "forky": ["systemd-dev"]}


def host_release():
    """The code name of the release this host runs, for example "bookworm"."""
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    return ""


def machine_root(release):
    """The root file system of a machine; not to be changed, only copied."""
    return _root(f"machine-{release}", release, MACHINE_PACKAGES[release])


def bench_root(release):
    """The root file system of a machine with podman besides, whose generator ours is measured against."""
    return _root(f"bench-{release}", release, [*MACHINE_PACKAGES[release], "podman"])


def web_root(release):
    """The root file system of a machine on which a web application may start servers, by polkit or by sudo."""
    return _root(f"web-{release}", release, [*MACHINE_PACKAGES[release], "polkitd", "sudo"])


def vm_root(release):
    """The root file system of a virtual machine: one with what takes care of devices, kernel modules and disks."""
    return _root(f"vm-{release}", release, [*MACHINE_PACKAGES[release], *VM_PACKAGES])


def kernel_package(release):
    """The release's kernel and its modules, as they are in its package, and a static busybox."""
    return _root(f"kernel-{release}", release, ["linux-image-amd64", "busybox-static"], variant="extract")


def clean_root(release):
    """The root file system of a machine that never had anything to do with the product. What its package depends on is
    not installed, but apt has it at hand, as if it had just downloaded it."""
    return _root(f"clean-{release}", release, ["systemd-sysv", "dbus"], at_hand=PACKAGE_NEEDS)


def package_test_root(release):
    """The root file system of a machine that autopkgtest(1) tests the package on."""
    return _root(f"autopkgtest-{release}", release, ["systemd-sysv", "dbus", *PACKAGE_NEEDS, *PACKAGE_TEST_PACKAGES],
                 at_hand=PACKAGE_NEEDS)


def migrating_root(release):
    """The root file system of a machine with what moves servers to it from elsewhere."""
    return _root(f"migrating-{release}", release, [*MACHINE_PACKAGES[release], "fuse-overlayfs", "rsync"])


def build_root(release):
    """A root file system with a compiler and the libraries, to build for another release than the host's."""
    return _root(f"build-{release}", release, BUILD_PACKAGES + BUILD_PACKAGES_OF[release])


def _root(name, release, packages, variant="minbase", at_hand=()):
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made_root(name, release, packages, variant, at_hand)


def _made_root(name, release, packages, variant, at_hand):
    root = CACHE / name
    list_file = CACHE / f"{name}.packages"
    wanted = "\n".join([*packages, *(f"{package} (at hand)" for package in at_hand)]) + "\n"
    if root.is_dir() and list_file.exists() and list_file.read_text() == wanted:
        return root

    print(f"making a root file system of Debian {release} in {root}", flush=True)
    list_file.unlink(missing_ok=True)
    for old in (root, CACHE / f"{name}.new"):
        if old.exists():
            shutil.rmtree(old)
    command = ["mmdebstrap", "--quiet", f"--variant={variant}", f"--include={','.join(packages)}"]
    # Of a release that is still being made, a mirror that is a few weeks behind will do.
    if release == "forky":
        command.append('--aptopt=Acquire::Check-Valid-Until "false"')
    if at_hand:
        command += ["--skip=cleanup/apt",
                    "--customize-hook=chroot $1 apt-get clean",
                    "--customize-hook=chroot $1 apt-get --quiet --quiet --download-only --yes install "
                    + " ".join(at_hand)]
    else:
        command += [f"--dpkgopt=path-exclude=/usr/share/{unread}/*" for unread in ("man", "doc", "locale")]
    subprocess.run([*command, release, CACHE / f"{name}.new"], check=True)
    (CACHE / f"{name}.new").rename(root)
    list_file.write_text(wanted)
    return root
