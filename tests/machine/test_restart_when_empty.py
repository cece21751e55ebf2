"""A server is restarted when nobody plays on it, and not before."""

from tests.machine import game_host, watch_files
from tests.machine.cases import on_every_release
from tests.machine.game_host import service
from tests.machine.machine import wait_until
from tests.machine.watch_files import Answers, say

CHANGED = "l4d2-restart-changed.service"


def waiter(name):
    return f"l4d2-restart-when-empty@{name}.service"


class Waits:
    @staticmethod
    def prepare(machine):
        watch_files.mask_watch(machine)

    def setUp(self):
        watch_files.make_directories(self.machine)

    def start(self, name, port):
        self.add_instance(name, port)
        self.machine.run("systemctl", "start", service(name))

    def main_process(self, name):
        return self.machine.property(service(name), "MainPID")

    def wait_for_status(self, unit, text):
        wait_until(lambda: text in self.machine.property(unit, "StatusText"),
                   f"{text!r} in the status of {unit}, which is {self.machine.property(unit, 'StatusText')!r}")
        self.assertIn(text, self.machine.run("systemctl", "status", "--lines=0", unit, check=False).stdout)


@on_every_release
class WhenEmpty(Waits):
    def test_players_block_it_and_bots_do_not(self):
        self.start("alpha", 27015)
        before = self.main_process("alpha")
        say(self.machine, "alpha", players=2)
        self.machine.run("systemctl", "start", "--no-block", waiter("alpha"))
        self.wait_for_status(waiter("alpha"), "Waiting until nobody plays on alpha (2 players)")
        say(self.machine, "alpha", players=1, bots=3)
        self.wait_for_status(waiter("alpha"), "alpha (1 player)")
        say(self.machine, "alpha", bots=3)
        self.wait_for_status(waiter("alpha"), "alpha (nobody plays, asking once more)")
        # Somebody comes in between: it begins anew.
        say(self.machine, "alpha", players=1)
        self.wait_for_status(waiter("alpha"), "alpha (1 player)")
        say(self.machine, "alpha", bots=3)
        self.wait_for_status(waiter("alpha"), "alpha (nobody plays, asking once more)")
        self.assertEqual(self.main_process("alpha"), before)
        say(self.machine, "alpha", bots=3)
        self.machine.wait_for_property(waiter("alpha"), "ActiveState", "inactive")
        self.assertNotEqual(self.main_process("alpha"), before)
        self.assert_active("alpha")

    def test_a_waiter_that_somebody_ends_restarts_nothing(self):
        self.start("killed", 27021)
        before = self.main_process("killed")
        say(self.machine, "killed", players=1)
        for signal in ("TERM", "INT"):
            self.machine.run("systemctl", "start", "--no-block", waiter("killed"))
            # Until then it has the status of the one before.
            self.machine.wait_for_property(waiter("killed"), "ActiveState", "activating")
            self.wait_for_status(waiter("killed"), "killed (1 player)")
            self.machine.run("systemctl", "kill", f"--signal={signal}", waiter("killed"))
            self.machine.wait_for_property(waiter("killed"), "ActiveState", "failed")
            self.assertEqual(self.main_process("killed"), before)

    def test_it_waits_as_the_user_of_left4me_watch(self):
        self.start("whose", 27016)
        say(self.machine, "whose", players=1)
        self.machine.run("systemctl", "start", "--no-block", waiter("whose"))
        self.wait_for_status(waiter("whose"), "whose (1 player)")
        pid = self.machine.property(waiter("whose"), "MainPID")
        self.assertEqual(self.machine.output("stat", "--format=%U", f"/proc/{pid}"), watch_files.USER)
        self.machine.run("systemctl", "stop", waiter("whose"))

    def test_stopping_it_cancels_it(self):
        self.start("cancelled", 27017)
        before = self.main_process("cancelled")
        say(self.machine, "cancelled", players=1)
        self.machine.run("systemctl", "start", "--no-block", waiter("cancelled"))
        self.wait_for_status(waiter("cancelled"), "cancelled (1 player)")
        self.machine.run("systemctl", "stop", waiter("cancelled"))
        self.assertEqual(self.machine.property(waiter("cancelled"), "ActiveState"), "inactive")
        self.assertEqual(self.main_process("cancelled"), before)

    def test_at_its_deadline_it_fails_and_nothing_is_restarted(self):
        self.start("late", 27018)
        before = self.main_process("late")
        say(self.machine, "late", players=1)
        self.machine.write(f"/etc/systemd/system/{waiter('late')}.d/test.conf", "[Service]\nTimeoutStartSec=2s\n")
        self.machine.run("systemctl", "daemon-reload")
        done = self.machine.run("systemctl", "start", waiter("late"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.machine.property(waiter("late"), "Result"), "timeout")
        self.assertEqual(self.main_process("late"), before)

    def test_it_fails_at_once_where_nobody_can_tell(self):
        self.start("unasked", 27019)
        before = self.main_process("unasked")
        for why, values in (("nobody asks it who plays: it is down, L4D2_HEALTH=off, or left4me-watch does not run", None),
                            ("nobody asks it who plays: L4D2_HEALTH=off", {"health": "off"}),
                            ("it has not answered since it was started", {"answered": None, "players": None}),
                            ("it has not answered for 300 s", {"silent_seconds": 300})):
            with self.subTest(why=why):
                if values is not None:
                    say(self.machine, "unasked", **values)
                done = self.machine.run("systemctl", "start", waiter("unasked"), check=False, timeout=60)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"unasked: not restarted: {why}", self.machine.journal("-u", waiter("unasked")))
        self.assertEqual(self.main_process("unasked"), before)

    def test_with_nothing_changed_there_is_nothing_to_wait_for(self):
        self.start("unchanged", 27020)
        self.machine.run("systemctl", "start", CHANGED, timeout=60)
        self.assertEqual(self.machine.property(CHANGED, "Result"), "success")


@on_every_release
class Changed(Waits):
    def change(self, name, port):
        game_host.add_instance(self.machine, name, port, arguments="+map c2m1_highway")

    def times(self, name):
        """When its last start began and ended, in microseconds since the boot."""
        return [int(self.machine.property(service(name), f"{what}TimestampMonotonic"))
                for what in ("ActiveExit", "ActiveEnter")]

    def test_all_that_changed_are_restarted_one_after_the_other_when_nobody_plays(self):
        ports = {"first": 27015, "second": 27016, "third": 27017, "silent": 27018, "same": 27019}
        for name, port in ports.items():
            self.start(name, port)
        for name in ("first", "second", "third", "silent"):
            self.change(name, ports[name])
        self.machine.run("systemctl", "daemon-reload")
        before = {name: self.main_process(name) for name in ports}
        with Answers(self.machine, {"first": 1, "second": 2, "third": 3, "same": 0}) as answers:
            wait_until(lambda: self.machine.path(f"{watch_files.DIRECTORY}/third.json").exists(), "answers")
            self.machine.run("systemctl", "start", "--no-block", CHANGED)
            self.wait_for_status(CHANGED, "on first (1 player), second (2 players), third (3 players)")
            self.machine.run("systemctl", "stop", CHANGED)
            self.assertEqual(self.machine.property(CHANGED, "ActiveState"), "inactive")
            self.assertEqual({name: self.main_process(name) for name in ports}, before)
            answers.players.update(first=0, third=0)
            self.machine.run("systemctl", "start", "--no-block", CHANGED)
            wait_until(lambda: all(self.main_process(name) not in (before[name], "0") for name in ("first", "third")),
                       "first and third to be restarted", timeout=60)
            self.wait_for_status(CHANGED, "Waiting until nobody plays on second (2 players)")
            self.assertEqual(self.main_process("second"), before["second"])
            answers.players["second"] = 0
            wait_until(lambda: self.main_process("second") not in (before["second"], "0"), "second to be restarted", timeout=60)
            self.machine.wait_for_property(CHANGED, "ActiveState", "failed")
        # No restart begins before the one before has ended.
        restarts = sorted(self.times(name) for name in ("first", "second", "third"))
        self.assertEqual(restarts, sorted(restarts, key=lambda times: times[1]))
        for (_, ended), (began, _) in zip(restarts, restarts[1:]):
            self.assertLess(ended, began)
        # One of which nobody can tell is named, and left alone, and so is one that did not change.
        self.assertEqual({name: self.main_process(name) for name in ("silent", "same")},
                         {name: before[name] for name in ("silent", "same")})
        self.assertEqual(self.machine.journal("-u", CHANGED).count("silent: not restarted: nobody asks it who plays"), 2)
