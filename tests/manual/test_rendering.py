"""The manual pages as man(1) shows them on a terminal of 80 columns."""

import os
import re
import subprocess
import unittest

from tests.manual.pages import build_directory, load

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

    def test_no_section_is_lost_no_line_is_cut_and_no_word_is_hyphenated(self):
        for name, page in load().items():
            text = subprocess.run(["man", "-E", "UTF-8", "-l", build_directory() / "packaging/man" / name], check=True,
                                  capture_output=True, text=True, env=ENVIRONMENT).stdout
            with self.subTest(page=name):
                lines = text.splitlines()
                self.assertEqual([line for line in lines if re.match(r"[A-Z]", line)], page.sections())
                self.assertEqual([line for line in lines if len(line) > WIDTH or "\u2010" in line], [])
