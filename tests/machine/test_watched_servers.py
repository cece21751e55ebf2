"""The watch and those who act on what it says, all together: servers that hang, change their map or are empty."""

import re
import time

from tests.golden.l4d2ctl import validated
from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import service
from tests.machine.machine import wait_until

SILENT_SEC = 5
WATCH = "left4me-watch.service"
CHANGED = "l4d2-restart-changed.service"


class Watched:
    @staticmethod
    def prepare(machine):
        machine.write("/etc/left4me/left4me.conf.d/50-watch.conf",
                      f"[Watch]\nIntervalSec=1\nSilentSec={SILENT_SEC}\n[Servers]\nStartLimitIntervalSec=10min\n")
        machine.write("/etc/systemd/system/l4d2@.service.d/quick.conf", "[Service]\nRestartSec=0\n")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        game_host.add_address(cls.machine)

    def server(self, name):
        server, = validated("list", self.machine.output("l4d2ctl", "list", "--json", name))["instances"]
        return server

    def property(self, name, key):
        return self.machine.property(service(name), key)

    def wait_for_answer(self, name, **expected):
        """An answer of its present run."""
        began = int(self.property(name, "ActiveEnterTimestampMonotonic"))

        def answer():
            said = self.server(name)["watch"]
            age = time.clock_gettime(time.CLOCK_MONOTONIC) - began / 1e6
            return said and said["map"] and said["silent_seconds"] <= age and said.items() >= expected.items() and said

        return wait_until(answer, f"{name} to answer {expected}: {self.server(name)}")

    def start(self, name, port, **options):
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))
        wait_until(lambda: "listening on" in self.machine.journal("-u", service(name)), f"{name} to listen")
        game_host.set_answers(self.machine, name)
        self.wait_for_answer(name)

    def journal(self, name):
        return self.machine.journal("-u", service(name))


@on_every_release
class Hangs(Watched):
    def test_a_server_that_hangs_is_ended_and_started_again_until_the_start_limit(self):
        self.start("hangs", 27015, health="restart")
        for times in range(1, 6):
            game_host.set_answers(self.machine, "hangs")
            self.wait_for_answer("hangs", silent_seconds=0)
            last = self.property("hangs", "InvocationID")
            began = time.monotonic()
            game_host.set_answers(self.machine, "hangs", silent="yes")
            wait_until(lambda: self.property("hangs", "InvocationID") != last
                       or self.property("hangs", "ActiveState") == "failed", "its end", timeout=60)
            self.assertGreaterEqual(time.monotonic() - began, SILENT_SEC - 1)
            self.assertEqual(self.journal("hangs").count("it has not answered for"), times)
            if times < 5:
                self.machine.wait_for_property(service("hangs"), "ActiveState", "active")
        wait_until(lambda: self.property("hangs", "ActiveState") == "failed", "the start limit")
        self.assertIn("Start request repeated too quickly", self.journal("hangs"))
        self.assertEqual(len(re.findall(r"it has not answered for \d+ s, and was ended with SIGABRT", self.journal("hangs"))), 5)

    def test_those_that_are_to_be_left_alone_are(self):
        """One that changes its map, one that has never answered, and one that is only watched."""
        self.start("changes", 27020, health="restart")
        self.start("watched", 27021)
        self.add_instance("mute", 27022, health="restart")
        self.machine.write("/var/lib/left4me/overlays/mute/left4dead2/a2s", "silent yes\n", "left4me")
        self.add_instance("mute", 27022, layers=("overlays/mute", "installation"), health="restart")
        self.machine.run("systemctl", "start", service("mute"))
        before = {name: self.property(name, "InvocationID") for name in ("changes", "watched", "mute")}
        game_host.set_answers(self.machine, "changes", map="c2m1_highway", change_seconds=3)
        game_host.set_answers(self.machine, "watched", silent="yes")
        self.wait_for_answer("changes", map="c2m1_highway")
        wait_until(lambda: self.server("watched")["watch"]["silent_seconds"] >= 30, "a long silence", timeout=60)
        self.assertRegex(self.machine.output("l4d2ctl", "list", "watched"), r"silent \d+s")
        self.assertEqual({name: self.property(name, "InvocationID") for name in before}, before)
        self.assertIsNone(self.server("mute")["watch"]["map"])

    def test_what_the_watch_says_is_in_the_list_and_gone_with_the_server(self):
        self.start("shown", 27023)
        game_host.set_answers(self.machine, "shown", map="c5m1_waterfront", players=3, bots=1, slots=8)
        self.wait_for_answer("shown", map="c5m1_waterfront", players=3, bots=1, slots=8)
        self.assertRegex(self.machine.output("l4d2ctl", "list", "shown"), r"\b3/8 +c5m1_waterfront\b")
        self.machine.run("systemctl", "stop", service("shown"))
        wait_until(lambda: self.server("shown")["watch"] is None, "its answer to be gone")
        self.machine.run("systemctl", "stop", WATCH)
        self.addCleanup(self.machine.run, "systemctl", "start", WATCH)
        self.assertNotIn("MAP", self.machine.output("l4d2ctl", "list", "shown"))


@on_every_release
class Empty(Watched):
    def test_one_is_restarted_once_its_players_have_left(self):
        self.start("full", 27030)
        game_host.set_answers(self.machine, "full", players=2, bots=2)
        self.wait_for_answer("full", players=2)
        before = self.property("full", "InvocationID")
        waiter = "l4d2-restart-when-empty@full.service"
        self.machine.run("systemctl", "start", "--no-block", waiter)
        wait_until(lambda: "(2 players)" in self.machine.property(waiter, "StatusText"), "what it waits for")
        game_host.set_answers(self.machine, "full", bots=2)
        self.machine.wait_for_property(waiter, "ActiveState", "inactive")
        self.assertNotEqual(self.property("full", "InvocationID"), before)

    def test_a_wait_that_has_to_start_the_watch_waits_for_its_first_answer(self):
        self.start("fresh", 27031)
        before = self.property("fresh", "InvocationID")
        self.machine.run("systemctl", "stop", WATCH)
        self.machine.run("systemctl", "start", "l4d2-restart-when-empty@fresh.service")
        self.assertNotEqual(self.property("fresh", "InvocationID"), before)

    def test_twenty_that_changed_are_restarted_one_after_the_other(self):
        names = [f"many-{number:02}" for number in range(20)]
        for number, name in enumerate(names):
            game_host.add_instance(self.machine, name, 27100 + number)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", *map(service, names))
        for name in names:
            wait_until(lambda name=name: "listening on" in self.journal(name), f"{name} to listen")
            game_host.set_answers(self.machine, name)
        for number, name in enumerate(names):
            game_host.add_instance(self.machine, name, 27100 + number, arguments="+map c2m1_highway")
        self.machine.run("systemctl", "daemon-reload")
        for name in names:
            self.wait_for_answer(name)
        self.machine.run("systemctl", "start", CHANGED, timeout=300)
        times = sorted((int(self.property(name, "ActiveExitTimestampMonotonic")),
                        int(self.property(name, "ActiveEnterTimestampMonotonic"))) for name in names)
        self.assertTrue(all(began > 0 for began, _ in times), times)
        for (_, ended), (began, _) in zip(times, times[1:]):
            self.assertLess(ended, began)
        self.assertEqual([server["needs_restart"] for server in
                          validated("list", self.machine.output("l4d2ctl", "list", "--json", *names))["instances"]], [[]] * 20)
