"""The source folders, as the files in them include one another."""

import re
import unittest
from collections import Counter, defaultdict
from pathlib import PurePath

from tests.machine.product import SOURCE

INCLUDE = re.compile(r'^#include "(generator|helper)/(.+)"$', re.MULTILINE)


def _sources(*patterns):
    return [path for room in ("generator", "helper") for pattern in patterns for path in sorted((SOURCE / room).rglob(pattern))]


def _included_folders():
    """{folder: {folder that it includes from: a file that does}}"""
    folders = defaultdict(dict)
    for path in _sources("*.cpp", "*.hpp"):
        folder = path.parent.relative_to(SOURCE)
        for room, rest in INCLUDE.findall(path.read_text()):
            included = PurePath(room, rest).parent
            if included != folder:
                folders[folder][included] = path.relative_to(SOURCE)
    return folders


class Rooms(unittest.TestCase):
    def test_the_generator_includes_nothing_of_the_helper(self):
        found = [str(path.relative_to(SOURCE)) for path in (SOURCE / "generator").rglob("*.?pp") if '"helper/' in path.read_text()]
        self.assertEqual(found, [])

    def test_folders_do_not_include_each_other(self):
        folders = _included_folders()
        self.assertGreater(len(folders), 10)
        settled = set()

        def follow(folder, way):
            if folder in way:
                self.fail(" includes ".join(str(step) for step in [*way[way.index(folder):], folder]) +
                          f": {folders[way[-1]][folder]}")
            if folder in settled:
                return
            for included in folders[folder]:
                follow(included, [*way, folder])
            settled.add(folder)

        for folder in list(folders):
            follow(folder, [])

    def test_no_file_has_300_lines(self):
        lengths = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in _sources("*.cpp", "*.hpp")}
        self.assertEqual({path: length for path, length in lengths.items() if length >= 300}, {})

    def test_what_is_known_of_the_game_is_in_one_file(self):
        found = [str(path.relative_to(SOURCE)) for path in _sources("*.cpp", "*.hpp")
                 if re.search(r'"[^"\n]*\b(srcds_run|srcds_linux|left4dead2)\b', path.read_text())]
        self.assertEqual(found, ["generator/instance/game.cpp", "generator/instance/game.hpp"])

    def test_no_header_has_the_name_of_another(self):
        names = Counter(path.name for path in _sources("*.hpp"))
        self.assertEqual([name for name, count in names.items() if count > 1], [])


if __name__ == "__main__":
    unittest.main()
