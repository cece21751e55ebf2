"""What the documents refer to is there: files, among them the tests that prove a guarantee, headings, manual pages."""

import re
import subprocess
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PAGE = re.compile(r"((?:left4me|l4d2|mount\.left4me)[\w@.-]*)\((\d)\)")
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def documents():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=SOURCE,
                            check=True, capture_output=True, text=True).stdout.splitlines()
    return [SOURCE / name for name in listed]


def anchors(document):
    """Its headings as a link names them."""
    headings = re.findall(r"^#+ (.*)$", _CODE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class References(unittest.TestCase):
    def test_every_manual_page_of_ours_that_is_named_is_there(self):
        pages = {match for document in documents() for match in _PAGE.findall(document.read_text())}
        self.assertIn(("left4me-overlay", "8"), pages)
        for name, chapter in pages:
            with self.subTest(page=f"{name}({chapter})"):
                self.assertTrue(list(SOURCE.glob(f"packaging/man/{name}.{chapter}.scd*")))

    def test_every_link_leads_to_a_file_and_a_heading_that_are_there(self):
        links = 0
        for document in documents():
            for link in _LINK.findall(_CODE.sub("", document.read_text())):
                if "://" in link:
                    continue
                links += 1
                path, _, anchor = link.partition("#")
                target = (document.parent / path).resolve() if path else document
                with self.subTest(document=document.name, link=link):
                    self.assertTrue(target.exists(), link)
                    if anchor:
                        self.assertIn(anchor, anchors(target))
        self.assertGreater(links, 40)
