"""The examples as they are installed on a machine, and the commands that their READMEs tell an operator to run."""

import re
import textwrap

from tests.machine import product

DIRECTORY = "/usr/share/doc/left4me-systemd/examples"

# Fenced blocks are what needs the network, or is no command.
_INDENTED = re.compile(r"(?:^ {4,}\S.*\n(?:[ \t]*\n(?= {4,}\S))*)+", re.MULTILINE)


def commands(name):
    """A shell script: the indented blocks of an example's README, from top to bottom."""
    text = (product.SOURCE / "packaging/examples" / name / "README.md").read_text()
    blocks = [textwrap.dedent(block) for block in _INDENTED.findall(text)]
    if not blocks:
        raise AssertionError(f"the README of {name} has no commands")
    return "".join(blocks)


def follow(machine, name):
    """Runs them as root, up to the first that fails. Returns the subprocess.CompletedProcess."""
    return machine.run("/bin/sh", "-eu", stdin=commands(name))
