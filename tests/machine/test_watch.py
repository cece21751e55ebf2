"""left4me-watch in a machine: what it says of the servers, whom it has ended, and what keeps it from neither."""

import datetime
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import jsonschema

from tests.machine import game_host, product
from tests.machine.cases import on_every_release
from tests.machine.game_host import ADDRESS, service
from tests.machine.machine import wait_until

WATCH = "left4me-watch.service"
DIRECTORY = "/run/left4me-watch"
CONFIGURATION = "[Watch]\nIntervalSec=1\nSilentSec=8\n"
CROWD = Path(__file__).with_name("a2s_crowd.py")
FIRST_PORT = 28000
# Of escape sequences, quotes, newlines, label syntax, what is not UTF-8 and what turns a line around, as the stand-in takes it.
HOSTILE_MAP = "a%1b[2J%22%5c%0a} 1%0aleft4me_server_up{server=%22b%22} 0%ff%e2%80%ae"
BARE_UNIT = """[Service]
Type=exec
ExecStart=/bin/sh -c 'exec sleep infinity' sh -ip {address} -port {port}
"""


@functools.cache
def validator():
    schema = json.loads((product.SOURCE / "packaging/schema/left4me-watch.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Watching:
    """A machine with an address of its own, and its watch, which asks every second."""

    @staticmethod
    def prepare(machine):
        machine.write("/etc/left4me/left4me.conf.d/50-watch.conf", CONFIGURATION)
        # What it asks for is looked at here, and not done.
        (machine.disk / "etc/systemd/system/left4me-end-silent.path").symlink_to("/dev/null")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        game_host.add_address(cls.machine)

    def answers(self, name):
        """What NAME.json says; None where there is none."""
        path = self.machine.path(f"{DIRECTORY}/{name}.json")
        if not path.exists():
            return None
        said = json.loads(path.read_text(encoding="ascii"))
        validator().validate(said)
        return said

    def wait_for(self, name, what, **expected):
        def as_expected():
            said = self.answers(name)
            return said and said.items() >= expected.items() and said

        return wait_until(as_expected, f"{name} to say {what}: {self.answers(name)}", timeout=30)

    def metrics(self):
        """left4me.prom, which promtool has nothing to say about."""
        text = self.machine.path(f"{DIRECTORY}/left4me.prom").read_text()
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))
        return text

    def requests(self):
        return sorted(os.listdir(self.machine.path(f"{DIRECTORY}/silent")))

    def journal(self):
        return self.machine.journal("-u", WATCH)

    def set_health(self, name, health):
        """What the generator writes for L4D2_HEALTH=, until the next reload."""
        path = f"/run/systemd/generator/{service(name)}.d/50-left4me.conf"
        file = self.machine.path(path)
        text = file.read_text() if file.exists() else ""
        self.machine.write(path, f"{text}\n[Unit]\nX-Left4me-Health={health}\n")

    def start(self, name, port):
        self.add_instance(name, port)
        self.machine.run("systemctl", "start", service(name))
        game_host.set_answers(self.machine, name)
        self.wait_for(name, "its map", map="c1m1_hotel")


@on_every_release
class Answers(Watching):
    def test_it_is_wanted_by_the_target_and_says_how_it_is(self):
        self.assertEqual(self.first_state, "running", self.machine.recent_journal())
        self.assertEqual(self.machine.property(WATCH, "ActiveState"), "active")
        self.assertIn("l4d2.target", self.machine.property(WATCH, "WantedBy"))
        self.assertRegex(self.machine.property(WATCH, "StatusText"), r"^Servers: \d+, answering: ")
        user, group = self.machine.user("left4me-watch")
        for path, mode in (("", 0o40755), ("/silent", 0o40700), ("/left4me.prom", 0o100644)):
            status = os.stat(self.machine.path(DIRECTORY + path))
            self.assertEqual((status.st_mode, status.st_uid, status.st_gid), (mode, user, group))
        exposure = self.machine.run("systemd-analyze", "security", "--no-pager", WATCH).stdout.splitlines()[-1]
        self.assertRegex(exposure, r": [01]\.\d ")

    def test_who_is_not_watched_stays_so_while_systemd_reloads(self):
        self.start("asked", 27111)
        self.start("left-alone", 27112)
        self.set_health("left-alone", "off")
        wait_until(lambda: self.answers("left-alone") is None, "the file of a server that is not watched to go")
        self.machine.path(f"/run/systemd/generator/{service('left-alone')}.d/50-left4me.conf").unlink()
        for _ in range(3):
            before = self.answers("asked")["answered"]
            wait_until(lambda before=before: self.answers("asked")["answered"] > before, "another answer")
            self.assertIsNone(self.answers("left-alone"))

    def test_it_says_who_plays_as_long_as_the_server_runs(self):
        self.start("plays", 27101)
        game_host.set_answers(self.machine, "plays", players=3, bots=2, slots=12, map="c2m1_highway")
        said = self.wait_for("plays", "who plays", players=3)
        self.assertEqual(said | {"answered": ""},
                         {"instance": "plays", "map": "c2m1_highway", "players": 3, "bots": 2, "slots": 12, "answered": "",
                          "silent_seconds": 0, "health": "watch"})
        self.assertEqual(os.stat(self.machine.path(f"{DIRECTORY}/plays.json")).st_mode, 0o100644)
        wait_until(lambda: 'left4me_server_players{server="plays"} 3\n' in self.metrics(), "the metrics to say so")

        self.machine.run("systemctl", "stop", service("plays"))
        wait_until(lambda: self.answers("plays") is None, "the file of a server that is gone to go")
        self.assertNotIn('"plays"', self.metrics())

    def test_a_server_with_an_address_of_its_own_and_split_replies_is_understood(self):
        self.machine.write(f"{game_host.ROOT}/instances/split/instance.env",
                           f"{game_host.instance_env(27102)}L4D2_IP={ADDRESS}\n", "left4me")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", service("split"))
        game_host.set_answers(self.machine, "split", split="yes", players=1)
        self.wait_for("split", "who plays", players=1)

    def test_a_hostile_map_harms_neither_json_nor_metrics(self):
        self.start("map", 27103)
        game_host.set_answers(self.machine, "map", map=HOSTILE_MAP)
        said = wait_until(lambda: self.answers("map")["map"] != "c1m1_hotel" and self.answers("map"), "the map to change")
        self.assertEqual(said["map"], 'a\x1b[2J"\\\n} 1\nleft4me_server_up{server="b"} 0\ufffd\u202e')
        self.assertNotIn('{server="b"}', self.metrics())

    def test_a_stop_and_a_crash_of_it_touch_no_server(self):
        self.start("stays", 27104)
        pid = self.machine.property(service("stays"), "MainPID")
        self.machine.run("systemctl", "stop", WATCH)
        self.assertFalse(self.machine.path(DIRECTORY).exists())
        self.machine.run("systemctl", "start", WATCH)
        self.wait_for("stays", "its map", map="c1m1_hotel")
        self.machine.run("systemctl", "kill", "--signal=SEGV", WATCH)
        self.machine.wait_for_property(WATCH, "NRestarts", "1")
        self.wait_for("stays", "its map", map="c1m1_hotel")
        self.assertEqual(self.machine.property(service("stays"), "MainPID"), pid)


@on_every_release
class Silence(Watching):
    def test_a_server_that_hangs_is_to_be_ended_if_its_instance_says_so_and_others_are_not(self):
        for name, port in (("hangs", 27111), ("watched", 27112)):
            self.start(name, port)
        self.add_instance("mute", 27113)
        self.set_health("hangs", "restart")
        self.set_health("mute", "restart")
        self.machine.run("systemctl", "start", service("mute"))
        game_host.set_answers(self.machine, "mute", silent="yes")
        self.wait_for("hangs", "what is to be done about it", health="restart")

        game_host.set_answers(self.machine, "hangs", silent="yes")
        wait_until(lambda: self.answers("hangs")["silent_seconds"] >= 3, "the silence to show")
        self.assertEqual(self.requests(), [])
        wait_until(self.requests, "the request to end it")
        self.assertEqual(self.requests(), ["hangs"])
        path = self.machine.path(f"{DIRECTORY}/silent/hangs")
        self.assertEqual(os.stat(path).st_mode, 0o100600)
        invocation = self.machine.property(service("hangs"), "InvocationID")
        self.assertRegex(path.read_text(), rf"^INVOCATION_ID={invocation}\nSILENT_SEC=([89]|1\d)\n$")
        self.assertIn("hangs has been silent for", self.journal())

        # Once, whatever becomes of the request. Nor are those that answered never, or are only watched.
        path.unlink()
        game_host.set_answers(self.machine, "watched", silent="yes")
        wait_until(lambda: self.answers("watched")["silent_seconds"] >= 12, "another silence")
        self.assertEqual(self.requests(), [])
        self.assertIsNone(self.answers("mute")["map"])

    def test_a_map_change_is_left_alone(self):
        self.start("changes", 27114)
        self.set_health("changes", "restart")
        game_host.set_answers(self.machine, "changes", map="c2m1_highway", change_seconds=5)
        self.wait_for("changes", "its new map", map="c2m1_highway")
        self.assertNotIn("changes", self.requests())

    def test_the_time_in_which_the_watch_is_stopped_is_not_silence(self):
        self.start("steady", 27115)
        self.set_health("steady", "restart")
        self.machine.run("systemctl", "kill", "--signal=STOP", WATCH)
        game_host.set_answers(self.machine, "steady", silent="yes")
        time.sleep(10)
        self.machine.run("systemctl", "kill", "--signal=CONT", WATCH)
        wait_until(lambda: "this watch was stopped or late" in self.journal(), "it to notice")
        time.sleep(3)
        game_host.set_answers(self.machine, "steady")
        self.wait_for("steady", "that it answers", silent_seconds=0)
        self.assertNotIn("steady", self.requests())


class Crowd(Watching):
    """Twenty units that are servers to the watch, and a program of the host that answers for them."""

    COUNT = 20

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.silent = Path(directory.name)
        self.crowd = self.run_beside(ADDRESS, FIRST_PORT, self.COUNT, self.silent)
        names = [self.name(i) for i in range(self.COUNT)]
        for i, name in enumerate(names):
            self.machine.write(f"/run/systemd/system/{service(name)}",
                               BARE_UNIT.format(address=ADDRESS, port=FIRST_PORT + i))
        self.machine.run("systemctl", "daemon-reload")
        for name in names:
            self.set_health(name, "restart")
        # Those of the test before may still be there.
        began = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.machine.run("systemctl", "start", *map(service, names))
        self.addCleanup(self.machine.run, "systemctl", "stop", *map(service, names))
        for name in names:
            wait_until(lambda name=name: ((self.answers(name) or {}).get("answered") or "") > began, f"{name} to answer")
        for name in self.requests():
            self.machine.path(f"{DIRECTORY}/silent/{name}").unlink()

    @staticmethod
    def name(i):
        return f"c{i:03}"

    def run_beside(self, *arguments):
        """The crowd's program, in the machine's network."""
        process = subprocess.Popen(["nsenter", f"--target={self.machine.pid}", "--net", "--", sys.executable, CROWD,
                                    *map(str, arguments)], stdout=subprocess.PIPE, text=True)

        def end():
            process.kill()
            process.wait()
            process.stdout.close()

        self.addCleanup(end)
        return process

    def fall_silent(self, count):
        """Has so many fall silent within ten seconds."""
        for i in range(count):
            (self.silent / str(FIRST_PORT + i)).touch()
            time.sleep(9 / count)


@on_every_release
class Together(Crowd):
    @staticmethod
    def prepare(machine):
        Watching.prepare(machine)
        machine.write("/etc/left4me/left4me.conf.d/60-watch.conf", "[Watch]\nSilentSec=15\n")

    def test_six_of_twenty_that_fall_silent_together_are_all_ended(self):
        self.fall_silent(6)
        wait_until(lambda: len(self.requests()) == 6, "six requests")
        self.assertEqual(self.requests(), [self.name(i) for i in range(6)])

    def test_eleven_of_twenty_are_not_and_the_journal_says_why_once(self):
        self.fall_silent(11)
        wait_until(lambda: "11 of 20 servers fell silent together" in self.journal(), "the journal to say why", timeout=60)
        time.sleep(8)
        self.assertEqual(self.requests(), [])
        self.assertEqual(self.journal().count("servers fell silent together"), 1)

    def test_a_kernel_without_memory_for_its_filter_keeps_it_from_nothing(self):
        # Enough for what the shape of a packet takes, and not for twenty ports.
        set_memory = functools.partial(self.machine.run_on_host_in_network, "sysctl", "-w")
        before = self.machine.run_on_host_in_network("sysctl", "-n", "net.core.optmem_max").stdout.strip()
        self.addCleanup(self.machine.run, "systemctl", "restart", WATCH)
        self.addCleanup(set_memory, f"net.core.optmem_max={before}")
        self.assertEqual(set_memory("net.core.optmem_max=800").returncode, 0)
        self.machine.run("systemctl", "restart", WATCH)
        for i in range(self.COUNT):
            self.wait_for(self.name(i), "its map", map="c1m1_hotel")
        self.assertEqual(self.machine.property(WATCH, "NRestarts"), "0")

    def test_a_lost_address_ends_nobody(self):
        self.machine.run_on_host_in_network("ip", "address", "del", f"{ADDRESS}/24", "dev", "lo")
        self.addCleanup(game_host.add_address, self.machine)
        wait_until(lambda: "is not an address of this host" in self.journal(), "the journal to say why")
        time.sleep(18)
        self.assertEqual(self.requests(), [])


@on_every_release
class Flood(Crowd):
    COUNT = 3

    def test_whoever_sends_too_much_slows_nobodys_watch_and_writes_nobodys_file(self):
        self.machine.write(f"/run/systemd/system/{service('flood')}", BARE_UNIT.format(address=ADDRESS, port=27999))
        self.machine.run("systemctl", "daemon-reload")
        flood = self.run_beside("--flood", ADDRESS, 27999)
        self.machine.run("systemctl", "start", service("flood"))
        self.addCleanup(self.machine.run, "systemctl", "stop", service("flood"))
        wait_until(lambda: "flood sends more than it is asked for" in self.journal(), "the journal to name it")

        answered = {self.name(i): set() for i in range(self.COUNT)}
        while flood.poll() is None:
            for name, times in answered.items():
                said = self.answers(name)
                self.assertEqual((said["map"], said["silent_seconds"]), ("c1m1_hotel", 0))
                times.add(said["answered"])
            time.sleep(0.1)
        self.assertGreater(int(flood.stdout.read()), 30_000)
        for name, times in answered.items():
            self.assertGreaterEqual(len(times), 7, name)

    def test_who_forges_a_servers_address_is_not_believed_and_has_nobody_ended(self):
        forger = self.run_beside("--forge", ADDRESS, FIRST_PORT, self.machine.user("left4me-watch")[0])
        said = []
        while forger.poll() is None:
            said.append(self.answers(self.name(0))["map"])
            time.sleep(0.05)
        self.assertGreater(int(forger.stdout.read()), 300)
        self.assertEqual(set(said), {"c1m1_hotel"})
        self.assertIn(f"{self.name(0)} sends more than it is asked for, or somebody else does from its address",
                      self.journal())
        self.assertEqual(self.requests(), [])
        self.wait_for(self.name(0), "that it answers", silent_seconds=0)


if __name__ == "__main__":
    unittest.main()
