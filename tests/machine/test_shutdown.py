"""A machine with fifty servers is shut down, and has its power cut."""

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, service, upper
from tests.machine.machine import wait_until

PORTS = {f"server-{number:02}": 27700 + number for number in range(50)}
SCORES = "left4dead2/scores.txt"
# A server that saves when it is started, and again when it is told to end.
SAVER = f"""#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo started >>{SCORES}
trap 'wait; echo saved >>{SCORES}; exit 0' INT
./srcds_linux "$@" &
wait
"""
ASK_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from a2s_info import query
for port in sys.argv[2:]:
    print(query("127.0.0.1", int(port))["name"])
"""


@on_every_release
class FiftyServers:
    """All of them with autostart, on one disk that is booted three times."""

    @staticmethod
    def prepare(machine):
        machine.write(f"{ROOT}/overlays/saver/srcds_run", SAVER, "l4d2-sandbox", 0o755)
        for name, port in PORTS.items():
            game_host.add_instance(machine, name, port, autostart=True,
                                   layers=("overlays/saver", "overlays/tickrate", "installation"))

    def assert_all_are_up(self, boots):
        self.assertEqual(self.machine.output("systemctl", "is-active", *map(service, PORTS)).split(),
                         ["active"] * len(PORTS))
        wait_until(lambda: self.machine.journal("-u", "l4d2@*").count("listening on") == boots * len(PORTS),
                   "all servers to listen")
        asked = self.machine.run_on_host_in_network("/usr/bin/python3", "-c", ASK_ALL, game_host.GAME, *PORTS.values())
        self.assertEqual(asked.stdout.splitlines(), [f"stand-in on {port}" for port in PORTS.values()], asked.stderr)
        overlays = {point: mount[1] for point, mount in self.machine.mounts().items() if mount[0] == "overlay"}
        self.assertEqual(overlays, {merged(name): f"left4me:{name}" for name in PORTS})
        self.assertEqual(sorted(self.machine.output("ls", "-A", "/run/left4me").split()),
                         sorted(f"{name}.json" for name in PORTS))
        self.assertEqual(self.machine.run("systemctl", "list-units", "--failed", "--no-legend").stdout, "")

    def assert_saved(self, *lines):
        """What each of them wrote in its life, the last line being its last act."""
        for name in PORTS:
            saved = self.machine.disk / upper(name)[1:] / SCORES
            self.assertEqual(saved.read_text().split(), list(lines), name)

    def assert_nothing_on_the_disk(self):
        """What is mounted or locked is gone with the machine, and the disk says nothing else."""
        for name in PORTS:
            self.assertEqual(list((self.machine.disk / merged(name)[1:]).iterdir()), [])
        self.assertEqual(list((self.machine.disk / "run/left4me").iterdir()), [])

    def ends(self):
        """How often a server said that SIGINT had ended it, and the helper that it had unmounted one."""
        said = self.machine.journal("-u", "l4d2@*").splitlines()
        return {"stopped": said.count("stopped"), "unmounted": sum(": unmounted " in line for line in said)}

    def test_all_are_up_again_with_all_they_saved_after_a_shutdown_and_after_a_power_cut(self):
        self.assertEqual(self.first_state, "running", self.machine.recent_journal())
        self.assert_all_are_up(boots=1)
        self.machine.power_off()
        self.assert_saved("started", "saved")
        self.assert_nothing_on_the_disk()

        self.assertEqual(self.machine.boot(), "running")
        self.assert_all_are_up(boots=2)
        self.assertEqual(self.ends(), {"stopped": len(PORTS), "unmounted": len(PORTS)})
        self.assertNotRegex(self.machine.journal("_PID=1"), "Failed|timed out|Killing")

        self.machine.kill()
        self.assert_saved("started", "saved", "started")
        self.assertEqual(self.machine.boot(), "running")
        self.assert_all_are_up(boots=3)
