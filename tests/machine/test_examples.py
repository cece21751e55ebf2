"""What packaging/examples says and brings, on a machine, as installed."""

from tests.machine import game_host
from tests.machine.cases import MachineCase, on_every_release
from tests.machine.machine import wait_until

EXAMPLES = "/usr/share/doc/left4me-systemd/examples"


@on_every_release
class Examples:
    def test_the_stand_in_shows_what_it_runs_with_and_stops_cleanly(self):
        installation = f"{game_host.ROOT}/installation"
        self.machine.shell(f"rm -r {installation}/* && "
                           f"runuser -u left4me -- cp -r {EXAMPLES}/stand-in/. {installation}/")
        self.add_instance("alpha", 27015, layers=("overlays/maps", "installation"), arguments="+map c1m1_hotel")
        self.machine.run("systemctl", "start", "l4d2@alpha")
        wait_until(lambda: "writes to" in self.machine.journal("-u", "l4d2@alpha"), "the stand-in to have started")

        said = self.machine.journal("-u", "l4d2@alpha")
        self.assertIn("-port 27015 +map c1m1_hotel", said)
        self.assertIn("sees 2 addons: left4dead2/addons/maps.vpk left4dead2/addons/stand-in.vpk", said)
        self.assertIn('hostname "stand-in of the installation"', said)
        self.machine.run("systemctl", "stop", "l4d2@alpha")
        self.assertEqual(self.machine.property("l4d2@alpha", "Result"), "success")
        self.assertEqual(self.machine.property("l4d2@alpha", "ExecMainStatus"), "0")
        log = self.machine.path(f"{game_host.upper('alpha')}/left4dead2/logs/stand-in.log").read_text()
        self.assertRegex(log, "^started .*\nstopped .*\n$")
