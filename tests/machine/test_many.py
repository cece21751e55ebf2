"""A hundred servers: started, stopped and shut down all at once, again and again."""

import os

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ask_server, service

COUNT = 100
ROUNDS = int(os.environ.get("LEFT4ME_ROUNDS", "10"))
FIRST_PORT = 27000
NAMES = [f"s{FIRST_PORT + number}" for number in range(COUNT)]
WITNESS = "/var/witness"

# Stopped at a shutdown after every server: what it finds then is what the shutdown leaves.
_WITNESS_UNIT = f"""\
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target l4d2.target {' '.join(map(service, NAMES))}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh -c '\\
    grep overlay /proc/1/mountinfo; \\
    find /run/left4me -type f; \\
    systemctl --failed --plain --no-legend; \\
    echo seen'
StandardOutput=truncate:{WITNESS}
StandardError=inherit

[Install]
WantedBy=sysinit.target
"""


@on_every_release
class AHundredServers:
    @staticmethod
    def prepare(machine):
        for name in NAMES:
            game_host.add_instance(machine, name, int(name[1:]), autostart=True)
        machine.write("/etc/systemd/system/witness.service", _WITNESS_UNIT)
        wants = machine.path("/etc/systemd/system/sysinit.target.wants")
        wants.mkdir(parents=True, exist_ok=True)
        (wants / "witness.service").symlink_to("/etc/systemd/system/witness.service")

    def setUp(self):
        if self.machine.pid is None:
            self.machine.boot()

    def assert_all_run(self):
        said = self.machine.output("systemctl", "show", "--value", "--property=ActiveState", *map(service, NAMES))
        self.assertEqual(said.split(), ["active"] * COUNT, self.machine.recent_journal())
        mounted = {point for point, (file_system, *_) in self.machine.mounts().items() if file_system == "overlay"}
        self.assertEqual(mounted, set(map(game_host.merged, NAMES)))
        for name in (NAMES[0], NAMES[-1]):
            self.assertEqual(ask_server(self.machine, int(name[1:]))["name"], f"stand-in on {name[1:]}")

    def assert_nothing_is_left(self):
        overlays = [point for point, (file_system, *_) in self.machine.mounts().items() if file_system == "overlay"]
        self.assertEqual(overlays, [])
        self.assertEqual(self.machine.output("find", "/run/left4me", "-type", "f"), "")
        self.assertEqual(self.machine.output("systemctl", "--failed", "--plain", "--no-legend"), "")

    def test_started_and_stopped_at_once_again_and_again(self):
        self.assertEqual(self.first_state, "running", self.machine.recent_journal())
        for _ in range(ROUNDS):
            self.machine.run("systemctl", "start", "l4d2.target", *map(service, NAMES))
            self.assert_all_run()
            self.machine.run("systemctl", "stop", "l4d2@*")
            self.assert_nothing_is_left()
            # Or the sixth start within a minute is one too many.
            self.machine.run("systemctl", "reset-failed", *map(service, NAMES))

    def test_booted_and_shut_down_again_and_again(self):
        for _ in range(ROUNDS):
            if self.machine.pid is None:
                self.assertEqual(self.machine.boot(), "running", self.machine.recent_journal())
            self.machine.run("systemctl", "start", "l4d2.target", *map(service, NAMES))
            self.assert_all_run()
            self.machine.power_off()
            self.assertEqual(self.machine.path(WITNESS).read_text(), "seen\n")
            self.machine.path(WITNESS).unlink()
