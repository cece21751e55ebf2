"""The commands in README.md, as its reader would type them."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def commands(heading):
    """The shell blocks below a heading of the second level, in their order, as one script.

    Raises KeyError when there is no such heading, and ValueError when there is no command below it."""
    sections = re.split(r"^## (.+)\n", README.read_text(), flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2]))[heading]
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    if not blocks:
        raise ValueError(f"no command below '{heading}'")
    return "".join(blocks)
