"""The product, built and installed into a directory, for any release."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests import compiler_cache
from tests.machine import roots

SOURCE = Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build"

# What a machine needs of a build; the tests of pure code take longer than all of it.
_TARGETS = ["left4me-generator", "left4me-overlay", "left4me-watch", "l4d2ctl", "left4me-end-silent", "left4me-await-empty",
            "srcds_linux", "preload_mark", "manual-pages"]

_IN_BUILD_ROOT = """
set -eu
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mkdir -p "$ROOT/source" "$ROOT/build" "$ROOT/ccache"
mount --bind -o ro "$SOURCE" "$ROOT/source"
mount --bind "$BUILD" "$ROOT/build"
mkdir -p "$CACHE"
mount --bind "$CACHE" "$ROOT/ccache"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" /bin/sh -eu -c "$COMMAND"
"""


def run_in_build_root(release, command, build_directory, environment=None):
    """Runs a shell command in the release's build root, with the source in /source and
    `build_directory` in /build, in a mount namespace of its own. Its environment is `environment`, or else one in which
    CMake uses ccache. What it prints, both streams, is in the result; raises RuntimeError with it when the command
    fails."""
    build_directory.mkdir(parents=True, exist_ok=True)
    if environment is None:
        environment = {"LANG": "C.UTF-8"} | compiler_cache.environment("/source", "/ccache")
    environment = environment | {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "ROOT": str(roots.build_root(release)),
        "SOURCE": str(SOURCE),
        "BUILD": str(build_directory),
        "CACHE": str(compiler_cache.DIRECTORY),
        "COMMAND": command,
    }
    return run(["unshare", "--mount", "--", "/bin/bash", "-c", _IN_BUILD_ROOT], env=environment)


def run(command, **options):
    """Runs a command and returns its subprocess.CompletedProcess, with what it printed, both streams, in stdout. Raises
    RuntimeError with that when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          **options)
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {' '.join(map(str, command))}\n{done.stdout}")
    return done


def tree(release, preset="release"):
    """Where `preset` of CMakePresets.json is built for `release`."""
    return BUILD / preset if release == roots.host_release() else BUILD / release / preset


def build(release, *targets, preset="release"):
    """Builds targets for `release` and returns the build tree."""
    directory = tree(release, preset)
    if release == roots.host_release():
        environment = compiler_cache.build_environment()
        run(["cmake", "--log-level=WARNING", "--preset", preset], cwd=SOURCE, env=environment)
        run(["cmake", "--build", directory, "--target", *targets], env=environment)
    else:
        run_in_build_root(release, f"""
            cmake --log-level=WARNING --preset {preset} -S /source -B /build/{preset}
            cmake --build /build/{preset} --target {' '.join(targets)}
        """, directory.parent)
    return directory


@functools.cache
def install(release, preset="release"):
    """Builds for `release` and returns the directory it was installed into."""
    directory = build(release, *_TARGETS, preset=preset)
    installed = BUILD / release / f"{preset}-installed"
    shutil.rmtree(installed, ignore_errors=True)
    if release == roots.host_release():
        run(["cmake", "--install", directory], env=os.environ | {"DESTDIR": str(installed)})
    else:
        run_in_build_root(release, f"DESTDIR=/build/{installed.name} cmake --install /build/{preset}", directory.parent)
    return installed


@functools.cache
def game_program(name):
    """A program of tests/game. It is static, so the host's release is as good as any; as NAME_i386 it is a 32-bit
    program, which the host's compiler needs its multilib for."""
    return build(roots.host_release(), name) / "tests/game" / name


def preload_mark():
    """A library that leaves a mark in every process that preloads it. It is the host's: of the releases
    with a machine, none has an older C library."""
    return _built("machine/libpreload_mark.so")


def _built(path):
    for directory in (BUILD / "release", BUILD / "asan-ubsan", *BUILD.glob("*/release"), *BUILD.glob("*/asan-ubsan")):
        binary = directory / "tests" / path
        if binary.exists():
            return binary
    raise FileNotFoundError(f"{path} is not built: install() builds it")
