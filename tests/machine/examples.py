"""The examples as they are installed on a machine, and the commands that their READMEs tell an operator to run."""

from tests.documents import sections
from tests.machine import product

DIRECTORY = "/usr/share/doc/left4me-systemd/examples"


def commands(name):
    """A shell script: what an example's README says to type, from top to bottom."""
    return "".join(sections.fenced(product.SOURCE / "packaging/examples" / name / "README.md", None, "sh"))


def follow(machine, name):
    """Runs them as root, up to the first that fails. Returns the subprocess.CompletedProcess."""
    return machine.run("/bin/sh", "-eu", stdin=commands(name))
