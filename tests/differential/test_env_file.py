"""The product and systemd read the same from an environment file, on both systemd versions.

Thousands of generated files, and the fuzzer's corpus, go to env-dump and to a service whose every command gets
the next file as its EnvironmentFile=. What differs is a failure, but for the files that the product refuses on
purpose. LEFT4ME_DIFFERENTIAL_SEED generates other files.
"""

import collections
import functools
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.differential import env_files
from tests.machine.cases import on_every_release
from tests.machine.machine import Machine

SEED = int(os.environ.get("LEFT4ME_DIFFERENTIAL_SEED", "1"))
GENERATED = 3000
LEAST_EQUAL = 2000
MOST_SHOWN = 5
MOST_SECONDS = 500

ENV_DUMP = Path(os.environ.get("LEFT4ME_ENV_DUMP", "build/asan-ubsan/tests/differential/env-dump")).resolve()
RECORDER = ENV_DUMP.with_name("record-environ")
CORPUS = Path(__file__).resolve().parents[1] / "fuzz" / "corpus"

EXIT_REFUSED = 65
# What systemd does with a file that is refused for this reason: it refuses it too, or what it does depends on its
# version, or it takes it.
REFUSALS = {
    "a NUL byte": "refuses",
    "the file is UTF-16": "refuses",
    "is not valid UTF-8": "refuses",
    "a comment ends in a backslash": "depends",
    "larger than 65536 bytes": "takes",
}

# What else is said about a file that is refused: warnings, and how much more there is.
NO_REASONS = ("is no assignment: ", "has a quote that is never closed", "from here on are not shown")

DIRECTORY = "/run/differential"
SERVICE = "differential.service"
# systemd takes no other name for a variable.
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Reading:
    """What somebody reads from a file; `refused` holds the reasons when it is the product that reads nothing."""

    variables: dict
    words: list
    refused: tuple = ()


@functools.cache
def files():
    corpus = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    return list(dict.fromkeys([*env_files.generate(SEED, GENERATED), *corpus]))


def fields(output):
    """The strings of a sequence of them, each with a NUL behind it."""
    return [field.decode(errors="surrogateescape") for field in output.split(b"\0")[:-1]]


def variables(assignments):
    """{name: value} of what systemd lets through; the last assignment counts."""
    pairs = [assignment.split("=", 1) for assignment in assignments]
    return {name: value for name, value in pairs if VARIABLE_NAME.fullmatch(name)}


def env_dump(*arguments):
    # Leaks are the unit tests' business; looking for them takes half of the time.
    return subprocess.run([ENV_DUMP, *arguments], capture_output=True, check=False,
                          env={"ASAN_OPTIONS": "detect_leaks=0"})


def read_by_product(path):
    dumped = env_dump(path)
    if dumped.returncode == EXIT_REFUSED:
        lines = dumped.stderr.decode().splitlines()
        return Reading({}, [], tuple(line.split(": ", 1)[1] for line in lines))
    if dumped.returncode != 0:
        raise AssertionError(f"env-dump: exit {dumped.returncode} for {path.read_bytes()!r}\n"
                             f"{dumped.stderr.decode(errors='replace')}")
    read = variables(fields(dumped.stdout))
    if env_files.WORDS_KEY not in read:
        return Reading(read, [])
    return Reading(read, fields(env_dump("--words", env_files.WORDS_KEY, path).stdout))


@functools.cache
def product_readings():
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "file.env"
        readings = []
        for text in files():
            path.write_bytes(text)
            readings.append(read_by_product(path))
        return readings


def service(count):
    commands = "".join(f"ExecStart=/usr/local/bin/record-environ {number} ${env_files.WORDS_KEY}\n"
                       for number in range(count))
    return (f"[Service]\nType=oneshot\nEnvironmentFile=-{DIRECTORY}/current\nStandardOutput=null\n"
            f"StandardError=journal\n{commands}")


def read_by_systemd(machine):
    """Reading per file, without the variables that systemd sets itself, and the names of those."""
    for part in ("in", "out"):
        machine.path(f"{DIRECTORY}/{part}").mkdir(parents=True)
    # The first one is empty.
    for number, text in enumerate([b"", *files()]):
        machine.path(f"{DIRECTORY}/in/{number}").write_bytes(text)
    machine.path(f"{DIRECTORY}/current").symlink_to("in/0")
    shutil.copy(RECORDER, machine.path("/usr/local/bin/record-environ"))
    machine.write(f"/etc/systemd/system/{SERVICE}", service(1 + len(files())))
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", SERVICE, timeout=MOST_SECONDS)

    readings = []
    for number in range(1 + len(files())):
        count, *rest = fields(machine.path(f"{DIRECTORY}/out/{number}").read_bytes())
        words, environment = rest[:int(count)], rest[int(count):]
        readings.append(Reading(dict(variable.split("=", 1) for variable in environment), words))
    own = readings[0].variables.keys()
    return [Reading(without(reading.variables, own), reading.words) for reading in readings[1:]], own


def without(pairs, names):
    return {name: value for name, value in pairs.items() if name not in names}


def reasons(reading):
    """The listed reasons for which the product refuses a file; what is not listed comes out as it is. Warnings are
    no reason."""
    errors = [line for line in reading.refused if not any(words in line for words in NO_REASONS)]
    return {next((reason for reason in REFUSALS if reason in line), line) for line in errors}


@on_every_release
class EnvironmentFiles:
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine.create(cls.release, with_product=False)
        cls.addClassCleanup(cls.machine.destroy)
        cls.machine.boot()
        cls.by_systemd, own = read_by_systemd(cls.machine)
        cls.by_product = [Reading(without(reading.variables, own), reading.words, reading.refused)
                          for reading in product_readings()]

    def cases(self):
        return zip(files(), self.by_product, self.by_systemd)

    def assert_no(self, problems, what):
        if problems:
            shown = "\n".join(problems[:MOST_SHOWN])
            self.fail(f"{what}: {len(problems)} of {len(files())} files, LEFT4ME_DIFFERENTIAL_SEED={SEED}\n{shown}")

    def test_what_the_product_takes_it_reads_as_systemd_does(self):
        different = []
        counts = collections.Counter()
        for text, product, systemd in self.cases():
            if product.refused:
                continue
            if (product.variables, product.words) == (systemd.variables, systemd.words):
                counts.update(files=1, with_variables=bool(product.variables), with_words=bool(product.words))
            else:
                different.append(f"file    {text!r}\nproduct {product.variables} {product.words}\n"
                                 f"systemd {systemd.variables} {systemd.words}\n")
        print(f"      {counts['files']} files are equal, {counts['with_variables']} of them with variables, "
              f"{counts['with_words']} with words")
        self.assert_no(different, "read differently")
        self.assertGreaterEqual(counts["files"], LEAST_EQUAL)
        self.assertGreaterEqual(counts["with_variables"], LEAST_EQUAL // 2)
        self.assertGreaterEqual(counts["with_words"], LEAST_EQUAL // 4)

    def test_what_the_product_refuses_is_listed_and_systemd_takes_none_of_what_it_is_said_to_refuse(self):
        unlisted, taken = [], []
        counts = collections.Counter()
        for text, product, systemd in self.cases():
            if not product.refused:
                continue
            found = reasons(product)
            counts.update(found)
            if not found or not found <= REFUSALS.keys():
                unlisted.append(f"file    {text!r}\nproduct {product.refused}\n")
            elif all(REFUSALS[reason] == "refuses" for reason in found) and (systemd.variables or systemd.words):
                taken.append(f"file    {text!r}\nproduct {product.refused}\nsystemd {systemd.variables}\n")
        for reason, count in counts.items():
            print(f"      {count} files are refused: {reason}")
        self.assert_no(unlisted, "refused for an unlisted reason")
        self.assert_no(taken, "refused, but taken by systemd")
        self.assertEqual(counts.keys(), REFUSALS.keys())
