"""What stands in a Markdown document: its commands, and its tables."""

import re
import textwrap
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"

_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")


def section(document, heading):
    """The text from a heading of the second level to the next of the same. Raises ValueError without it."""
    _, found, text = document.read_text().partition(f"\n## {heading}\n")
    if not found:
        raise ValueError(f"{document.name} has no heading {heading!r}")
    return text.partition("\n## ")[0]


def fenced(document, heading, language):
    """The blocks of a section, or of all of the document without a heading, that are fenced as `language`, in their
    order: "sh" is what a reader is to type.

    Raises ValueError when there is none."""
    text = section(document, heading) if heading else document.read_text()
    found = [textwrap.dedent(block) for _, kind, block in _FENCED.findall(text) if kind == language]
    if not found:
        raise ValueError(f"{heading or 'all'!r} in {document} has nothing fenced as {language}")
    return found


def first_column(document, heading):
    """The first cells of the rows of a section's table, without its head. Raises ValueError when it has none."""
    lines = [line for line in section(document, heading).splitlines() if line.startswith("|")]
    if len(lines) < 3:
        raise ValueError(f"{heading!r} in {document.name} has no table")
    return [_CELL.split(line)[1].strip() for line in lines[2:]]
