"""The picture of the demonstration, which packaging/demo-picture draws: fit to show anywhere, and not older."""

import sys
import unittest
import xml.etree.ElementTree as ElementTree
from itertools import groupby
from pathlib import Path

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))
import demo  # noqa: E402  (it is a program's module, in no package)

PICTURE = PACKAGING / "demo.svg"
SVG = "{http://www.w3.org/2000/svg}"
PROMPT = "# "


def lines(picture):
    """The text of a picture from top to bottom."""
    texts = [text for text in picture.iter(f"{SVG}text") if "clip-path" in text.attrib]
    for _, line in groupby(texts, key=lambda text: text.get("y")):
        yield "".join(text.text for text in line).replace("\N{NO-BREAK SPACE}", " ").rstrip("\n")


class Picture(unittest.TestCase):
    def setUp(self):
        self.picture = ElementTree.parse(PICTURE).getroot()

    def test_it_shows_the_scenes_and_commands_of_the_demonstration(self):
        shown = list(lines(self.picture))
        pictured = [scene for scene in demo.SCENES if scene.pictured]
        self.assertEqual([line.removeprefix(PROMPT) for line in shown if line.startswith(PROMPT)],
                         [command for scene in pictured for command in scene.commands],
                         "packaging/demo-picture draws it anew")
        for scene in pictured:
            self.assertIn(scene.sentence, shown)

    def test_it_needs_nothing_from_elsewhere_and_runs_nothing(self):
        for element in self.picture.iter():
            self.assertIn(element.tag.removeprefix(SVG),
                          {"svg", "title", "style", "defs", "clipPath", "rect", "circle", "g", "text"})
            for name, value in element.attrib.items():
                self.assertFalse(name.startswith("on") or name.endswith("href"), name)
                self.assertNotRegex(value, r"url\((?!#)")
        style = self.picture.find(f"{SVG}style").text
        self.assertNotRegex(style, r"@|url\(|//")

    def test_it_tells_no_date(self):
        self.assertNotRegex("\n".join(lines(self.picture)), r"\b20\d\d\b|\d\d:\d\d")
