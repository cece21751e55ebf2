"""A host's tree for the tests of l4d2ctl check, and what the verb says of it."""

import os
import tempfile
import unittest
from pathlib import Path

from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.golden.test_golden import run_generator

INSTANCES = "etc/left4me/instances"
STATE = "/var/lib/left4me"
# Nobody whose files these are, whoever runs the tests.
SERVERS = 61001
THIRD = 61003
# Whose the layers of the sandbox are.
SANDBOX = os.getuid() or 61002


def env_text(port=27015, layers=("installation",)):
    return f"# a server\nL4D2_PORT={port}\nL4D2_LOWERDIRS={':'.join(layers)}\n"


def as_line(finding):
    """A finding of the JSON as the text has it."""
    place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part is not None)
    return ": ".join(part for part in (place, finding["problem"], finding["remedy"]) if part)


def generator_lines(root):
    with tempfile.TemporaryDirectory() as output:
        return run_generator(f"--root={root}", output).stderr.splitlines()


class CheckCase(unittest.TestCase):
    """A tree with the game, users and one instance, alpha, with which nothing is wrong."""

    maxDiff = None

    def setUp(self):
        self.top = Path(self.enterContext(tempfile.TemporaryDirectory()))
        # As on a host, whatever the umask.
        self.addCleanup(os.umask, os.umask(0o022))
        self.users(left4me=SERVERS, sandbox=THIRD)
        self.state = self.top / STATE[1:]
        self.write(self.state / "installation/srcds_run", "#!/bin/sh\n", 0o755)
        self.write(self.state / "installation/left4dead2/cfg/server.cfg", "")
        for directory in ("left4dead2", "left4dead2/cfg"):
            (self.state / "installation" / directory).chmod(0o777)
        self.instance("alpha", env_text())

    @staticmethod
    def write(path, text, mode=0o644):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def users(self, **ids):
        self.write(self.top / "etc/passwd", "".join(
            f"{'l4d2-sandbox' if name == 'sandbox' else name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in ids.items()))

    def instance(self, name, text):
        self.write(self.top / INSTANCES / name / "instance.env", text)

    def layer(self, name, files=("left4dead2/maps/a.bsp",), mode=0o644):
        """Whatever else it has, its left4dead2 can be written to."""
        for file in files:
            self.write(self.state / "overlays" / name / file, "", mode)
        (self.state / "overlays" / name / "left4dead2").mkdir(exist_ok=True)
        (self.state / "overlays" / name / "left4dead2").chmod(0o777)
        return self.state / "overlays" / name

    @staticmethod
    def give(path, user):
        """As far as whoever runs the tests can: otherwise it is theirs."""
        if os.getuid() == 0:
            for each in (path, *path.rglob("*")):
                os.chown(each, user, user)

    def check(self, *arguments, exit_status, root=None, **options):
        """The lines of `l4d2ctl check`, its messages, and the findings of --json, which are the same."""
        root = f"--root={root or self.top}"
        done = run_l4d2ctl("check", root, *arguments, **options)
        as_json = run_l4d2ctl("check", root, "--json", *arguments, **options)
        report = validated("check", as_json.stdout)
        self.assertEqual((done.returncode, as_json.returncode), (exit_status, exit_status), done)
        lines = done.stdout.splitlines()
        self.assertEqual([as_line(finding) for finding in report["findings"]], lines)
        self.assertEqual(done.stderr, as_json.stderr)
        self.assertEqual(report["notes"], [note for note in done.stderr.splitlines() if note in report["notes"]])
        return lines, done.stderr.splitlines(), report

    def assert_finds(self, *expected, exit_status=65, arguments=(), kinds=None):
        """Exactly these lines; with `kinds`, of these kinds only."""
        lines, messages, report = self.check(*arguments, exit_status=exit_status)
        if kinds:
            lines = [as_line(finding) for finding in report["findings"] if finding["kind"] in kinds]
        self.assertEqual(lines, list(expected))
        self.assertEqual(messages, [])
        return report["findings"]

    def assert_finds_in_layers(self, problem, kind, severity="error", name="alpha"):
        finding, = self.assert_finds(f"/{INSTANCES}/{name}/instance.env:3: {problem}",
                                     exit_status=65 if severity == "error" else 0)
        self.assertEqual((finding["instance"], finding["kind"], finding["severity"], finding["line"]),
                         (name, kind, severity, 3))
