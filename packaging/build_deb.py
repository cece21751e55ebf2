"""Builds the Debian package; packaging/build-deb starts it.

What comes out does not depend on where or when it is built: the sources are those that git tracks, their times are the
changelog's, and dpkg-buildflags(1) keeps the directory of the build out of the programs.
"""

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests import compiler_cache
from tests.machine import product, roots

SOURCE = Path(__file__).resolve().parents[1]
DEBIAN = SOURCE / "packaging/debian"
# An upgrade of the machine from one release to the next brings the package that is built for that.
VERSION_SUFFIXES = {"bookworm": "~deb12", "trixie": "~deb13"}
_TOP_OF_CHANGELOG = re.compile(r"(\S+) \(([^)-]+)-([^)]+)\) (\S+);")


def build(release, output, cached=True, environment=None, work=None):
    """Builds the package of a release, and moves the .deb, its debugging symbols, the source package and the
    build's log to `output`, which is made anew.

    It is built in `work`, made anew as well, or else beside `output`. Where ccache is installed it is used, unless
    `cached` is false; it knows a file again that was compiled in the same directory before. `environment` are variables
    for the build. Returns the path of the .deb. Raises RuntimeError with what the build said when it fails."""
    environment = _environment() | (environment or {})
    work = work or output.with_name(f"{output.name}.work")
    for directory in (output, work):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    tree = unpack_sources(work, release)
    command = "dpkg-buildpackage --no-sign --build=full"
    if release == roots.host_release():
        done = product.run(["/bin/sh", "-c", command], cwd=tree,
                           env={"PATH": os.environ["PATH"]} | environment | _cache(compiler_cache.DIRECTORY, cached))
    else:
        done = product.run_in_build_root(release, f"cd /build/{tree.name} && {command}", work,
                                         environment | _cache("/ccache", cached))
    (output / "build.log").write_text(done.stdout)
    for made in work.iterdir():
        if made.is_file():
            shutil.move(made, output)
    shutil.rmtree(work)
    (package,) = output.glob("left4me-systemd_*.deb")
    return package


def unpack_sources(directory, release):
    """The sources of the package for a release, as dpkg-source(1) wants them: an archive of all but packaging/debian,
    and a directory of the same with packaging/debian as debian. Returns that directory."""
    changelog = (DEBIAN / "changelog").read_text()
    name, upstream, revision, _ = _TOP_OF_CHANGELOG.match(changelog).groups()
    tree = directory / f"{name}-{upstream}"
    tracked = [Path(file) for file in _run(["git", "ls-files", "-z"], cwd=SOURCE).split("\0") if file]
    packaged = DEBIAN.relative_to(SOURCE)
    _copy([file for file in tracked if packaged not in file.parents], SOURCE, tree)

    epoch = _run(["dpkg-parsechangelog", "--file", DEBIAN / "changelog", "--show-field", "Timestamp"]).strip()
    _run(["tar", "--create", "--xz", "--file", directory / f"{name}_{upstream}.orig.tar.xz", "--directory", directory,
          "--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rw,go=rX",
          tree.name])

    _copy([file.relative_to(packaged) for file in tracked if packaged in file.parents], DEBIAN, tree / "debian")
    (tree / "debian/changelog").write_text(_TOP_OF_CHANGELOG.sub(
        f"{name} ({upstream}-{revision}{VERSION_SUFFIXES[release]}) {release};", changelog, count=1))
    return tree


def _copy(files, source, target):
    for file in files:
        # What is deleted and not committed yet is tracked, too.
        if os.path.lexists(source / file):
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / file, target / file, follow_symlinks=False)


def _environment():
    # The tests of pure code, which a package's build runs where nobody says otherwise, are in tests/run.
    return {"LANG": "C.UTF-8", "HOME": "/nonexistent", "DEB_BUILD_OPTIONS": "nocheck"}


def _cache(directory, wanted):
    # Made by root's tests; a package can be built by anybody.
    if not wanted or not shutil.which("ccache") or not os.access(compiler_cache.DIRECTORY, os.W_OK):
        return {}
    # Nothing that makes ccache take one directory for another: relative paths would get into the debugging symbols.
    return {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "CCACHE_DIR": str(directory)}


def _run(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def main():
    parser = argparse.ArgumentParser(prog="build-deb", description="Builds the Debian package.")
    parser.add_argument("releases", metavar="RELEASE", nargs="*",
                        help=f"for which to build it: {', '.join(VERSION_SUFFIXES)}; else the one that runs here")
    parser.add_argument("--output", type=Path, help="where to put it, with one release; else build/deb/RELEASE")
    arguments = parser.parse_args()
    releases = arguments.releases or [roots.host_release()]
    if arguments.output and len(releases) > 1:
        parser.error("--output takes the package of one release")
    if unknown := set(releases) - VERSION_SUFFIXES.keys():
        parser.error(f"there is no package for {', '.join(unknown)}: name one of {', '.join(VERSION_SUFFIXES)}")
    if subprocess.run(["git", "rev-parse"], cwd=SOURCE, capture_output=True, check=False).returncode != 0:
        raise SystemExit(f"build-deb: git does not take {SOURCE} for a checkout of yours, and only what it tracks gets "
                         "into the package: clone the repository, as the user who builds")
    for release in releases:
        try:
            print(build(release, arguments.output or SOURCE / "build/deb" / release))
        except RuntimeError as error:
            raise SystemExit(f"build-deb: {error}") from None


if __name__ == "__main__":
    main()
