"""What has been compiled before, here or in another checkout, is not compiled again: ccache(1)."""

import os
import shutil
from pathlib import Path

from tests.machine.roots import CACHE

SOURCE = Path(__file__).resolve().parents[1]
DIRECTORY = CACHE / "ccache"


def environment(source=SOURCE, directory=DIRECTORY):
    """The variables by which CMake and ccache find each other; none where ccache is not installed."""
    if not shutil.which("ccache"):
        return {}
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    return {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "CCACHE_DIR": str(directory), "CCACHE_BASEDIR": str(source),
            "CCACHE_NOHASHDIR": "true"}


def build_environment():
    return os.environ | environment()
