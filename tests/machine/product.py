"""The product, built and installed into a directory, for any release."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests.machine import roots

SOURCE = Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build"

# What a machine needs of a build; the tests of pure code take longer than all of it.
_TARGETS = ["left4me-generator", "left4me-overlay", "srcds_linux", "preload_mark"]

# Machines are for the product; the unit tests of a foreign release run in its build root.
_IN_BUILD_ROOT = """
set -eu
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mkdir -p "$ROOT/source" "$ROOT/build"
mount --bind -o ro "$SOURCE" "$ROOT/source"
mount --bind "$BUILD" "$ROOT/build"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" /bin/sh -eu -c "$COMMAND"
"""


def run_in_build_root(release, command, build_directory, **options):
    """Runs a shell command in the release's build root, with the source in /source and
    `build_directory` in /build, in a mount namespace of its own. What it prints, both streams, is in the
    result; raises RuntimeError with it when the command fails."""
    build_directory.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "ROOT": str(roots.build_root(release)),
        "SOURCE": str(SOURCE),
        "BUILD": str(build_directory),
        "COMMAND": command,
        "TARGETS": " ".join(_TARGETS),
    }
    return _run(["unshare", "--mount", "--", "/bin/bash", "-c", _IN_BUILD_ROOT], env=environment, **options)


def _run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          **options)
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {' '.join(map(str, command))}\n{done.stdout}")
    return done


@functools.cache
def install(release):
    """Builds for `release` and returns the directory it was installed into."""
    if release == roots.host_release():
        return _install_natively(release)
    directory = BUILD / release
    run_in_build_root(release, """
        cmake --log-level=WARNING -S /source -B /build/tree -G Ninja -DCMAKE_BUILD_TYPE=Release \\
            -DCMAKE_INSTALL_PREFIX=/usr -DLEFT4ME_WARNINGS_AS_ERRORS=ON
        cmake --build /build/tree --target $TARGETS
        rm -rf /build/installed
        DESTDIR=/build/installed cmake --install /build/tree
    """, directory)
    return directory / "installed"


def build(release, *targets):
    """Builds targets that install() does not, and returns the build tree."""
    install(release)
    if release == roots.host_release():
        tree = BUILD / "release"
        _run(["cmake", "--build", tree, "--target", *targets])
        return tree
    run_in_build_root(release, f"cmake --build /build/tree --target {' '.join(targets)}", BUILD / release)
    return BUILD / release / "tree"


def _install_natively(release):
    tree = BUILD / "release"
    _run(["cmake", "--log-level=WARNING", "--preset", "release"], cwd=SOURCE)
    _run(["cmake", "--build", tree, "--target", *_TARGETS])
    installed = BUILD / release / "installed"
    shutil.rmtree(installed, ignore_errors=True)
    _run(["cmake", "--install", tree], env=os.environ | {"DESTDIR": str(installed)})
    return installed


def game_server():
    """The stand-in game server's binary; it is static and the same for every release."""
    return _built("game/srcds_linux")


def preload_mark():
    """A library that leaves a mark in every process that preloads it. It is the host's: of the releases
    with a machine, none has an older C library."""
    return _built("machine/libpreload_mark.so")


def _built(path):
    for tree in (BUILD / "release", *BUILD.glob("*/tree")):
        binary = tree / "tests" / path
        if binary.exists():
            return binary
    raise FileNotFoundError(f"{path} is not built: install() builds it")
