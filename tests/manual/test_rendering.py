"""The manual pages as man(1) shows them on a terminal of 80 columns."""

import os
import subprocess
import unittest

from tests.manual.pages import build_directory

WIDTH = 80
# As lintian checks a page, which knows of no preprocessors: none has a table.
ENVIRONMENT = os.environ | {"LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": str(WIDTH)}
CHECK = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]


def rendered_pages():
    return sorted((build_directory() / "packaging/man").glob("*.[1-8]"))


class Rendering(unittest.TestCase):
    def test_man_and_groff_have_nothing_to_say_about_any_page(self):
        self.assertTrue(rendered_pages())
        for page in rendered_pages():
            for command in (CHECK, ["groff", "-man", "-ww", "-z", "-Tutf8"]):
                with self.subTest(page=page.name, command=command[0]):
                    done = subprocess.run([*command, page], capture_output=True, text=True, check=False,
                                          env=ENVIRONMENT)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_line_is_cut_and_no_word_is_hyphenated(self):
        for page in rendered_pages():
            text = subprocess.run(["man", "-E", "UTF-8", "-l", page], check=True, capture_output=True, text=True,
                                  env=ENVIRONMENT).stdout
            with self.subTest(page=page.name):
                self.assertGreater(len(text.splitlines()), 20)
                self.assertEqual([line for line in text.splitlines() if len(line) > WIDTH or "\u2010" in line], [])
