"""What the product's own sources and programs say, for the tests to hold the manual pages against."""

import functools
import json
import os
import re
import subprocess
from pathlib import Path

from tests.manual.pages import build_directory

SOURCE = Path(__file__).resolve().parents[2]
UNITS = SOURCE / "units.in"
EXAMPLE_ROOT = SOURCE / "tests/golden/cases/autostart/root"


@functools.cache
def tables():
    """What left4me-tables prints."""
    return json.loads(_output([build_directory() / "tests/manual/left4me-tables"]))


def usage(program):
    """The ways to call a program, as it says itself."""
    path = build_directory() / {"left4me-overlay": "helper", "left4me-generator": "generator"}[program] / program
    done = subprocess.run([path, "--help"], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip().removeprefix("usage: ")
    return [form.strip() for form in re.split(r"\n| \| (?=left4me)", said)]


def generate(root, output):
    """Has the generator write the units of a tree, and returns what it says."""
    return subprocess.run([build_directory() / "generator/left4me-generator", f"--root={root}", output],
                          capture_output=True, text=True, check=False).stderr


def sources():
    return [path for folder in ("generator", "helper") for path in sorted((SOURCE / folder).rglob("*.cpp"))]


@functools.cache
def messages():
    """Every string in the programs and units, pieces joined as the compiler joins them and what is filled in left out
    as a NUL, once each with what has an owner filled in; and the keys of left4me.conf, which are filled in."""
    found = [setting["key"] + "=" for setting in tables()["host_settings"]]
    for path in sources():
        text = re.sub(r"^\s*//.*$|^#include.*$", "", path.read_text(), flags=re.M)
        for pieces in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', text):
            joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', pieces))
            found.append(re.sub(r"\{[^{}]*\}", "\0", joined.replace("\\\\", "\\").replace('\\"', '"')))
    found += [text.replace("\0", filled_in, 1) for text in found for filled_in in _filled_in() if "\0" in text]
    found += [path.read_text() for path in UNITS.glob("*.in")]
    return found


def _filled_in():
    """What messages say that has one owner."""
    return [text for name in ("game", "instance_name")
            for text in re.findall(r'=\s*"([^"]+)";', (SOURCE / f"generator/instance/{name}.hpp").read_text())]


def unit_names():
    return {path.name.removesuffix(".in") for path in UNITS.glob("*.in")
            if path.name.endswith((".service.in", ".target.in", ".slice.in", ".path.in"))}


def values_in_units(key):
    """What the units have behind `Key=`."""
    return {line.partition("=")[2] for path in UNITS.glob("*.in") for line in assignments(path.read_text())
            if line.startswith(f"{key}=")}


def values_in_units(key):
    """What the units have behind `Key=`."""
    return {line.partition("=")[2] for path in UNITS.glob("*.in") for line in assignments(path.read_text())
            if line.startswith(f"{key}=")}


def assignments(text):
    """["Key=Value"] of a unit file."""
    return re.findall(r"^(?!#)[A-Za-z]+=.*$", text, flags=re.M)


def install(directory):
    """Installs the build into a directory, and returns the absolute paths of what is there then."""
    _output(["cmake", "--install", build_directory()], env=os.environ | {"DESTDIR": str(directory)})
    return {"/" + os.path.relpath(os.path.join(where, name), directory)
            for where, _, names in os.walk(directory) for name in names}


def _output(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout
