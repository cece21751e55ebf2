"""What left4me-watch writes, written by hand as its user: what acts on it is tested without it."""

import datetime
import itertools
import json
import threading

from tests.machine.machine import wait_until

USER = "left4me-watch"
DIRECTORY = "/run/left4me-watch"
REQUESTS = f"{DIRECTORY}/silent"

_FIRST_ANSWER = datetime.datetime(2026, 11, 30, 20, tzinfo=datetime.timezone.utc)
_seconds = itertools.count()


def mask_watch(machine):
    """Keeps left4me-watch itself from a machine that is off."""
    machine.path("/etc/systemd/system/left4me-watch.service").symlink_to("/dev/null")


def make_directories(machine):
    for path, mode in ((DIRECTORY, "755"), (REQUESTS, "700")):
        machine.run("install", "-d", "-o", USER, "-g", USER, "-m", mode, path)


def write_as_watch(machine, path, text, mode=0o644):
    """Writes a file below DIRECTORY as left4me-watch does: under another name first."""
    directory, _, name = path.rpartition("/")
    machine.write(f"{directory}/.{name}", text, USER, mode)
    machine.path(f"{directory}/.{name}").rename(machine.path(path))


def say(machine, name, **values):
    """Writes NAME.json as after an answer of just now, except for what `values` says."""
    answered = _FIRST_ANSWER + datetime.timedelta(seconds=next(_seconds))
    answer = {"instance": name, "map": "c1m1_hotel", "players": 0, "bots": 0, "slots": 8,
              "answered": answered.strftime("%Y-%m-%dT%H:%M:%S.000000Z"), "silent_seconds": 0, "health": "watch"}
    write_as_watch(machine, f"{DIRECTORY}/{name}.json", json.dumps(answer | values))


def request_text(invocation, seconds=185):
    return f"INVOCATION_ID={invocation}\nSILENT_SEC={seconds}\n"


def request(machine, name, text):
    write_as_watch(machine, f"{REQUESTS}/{name}", text, 0o600)


def wait_for_no_requests(machine):
    directory = machine.path(REQUESTS)
    wait_until(lambda: not [entry for entry in directory.iterdir() if not entry.name.startswith(".")],
               f"the end of every request; there are {list(directory.iterdir())}")


class Answers:
    """Has servers answer all the time, until the end of a `with` block: {name: players}, which may change."""

    def __init__(self, machine, players):
        self.players = players
        self._machine = machine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._say_all)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _say_all(self):
        while not self._stop.wait(0.3):
            for name, players in list(self.players.items()):
                say(self._machine, name, players=players)
