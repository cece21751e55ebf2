"""l4d2ctl layers beside real servers: an update that does not reach one, found and made good."""

from tests.golden.l4d2ctl import validated
from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, service, upper

ADDON = "left4dead2/addons/tickrate.vpk"
NEW = f"{ROOT}/overlays/tickrate-2"


@on_every_release
class Layers:
    def layers(self, *arguments):
        """What it says of updated."""
        done = self.machine.run("l4d2ctl", "layers", "--json", *arguments)
        return {one["name"]: one for one in validated("layers", done.stdout)["instances"]}["updated"]

    def origin(self):
        return [provider["layer"] for provider in self.layers(f"--file={merged('updated')}/{ADDON}")["providers"]]

    def test_an_update_that_does_not_reach_the_server_is_found_and_made_good(self):
        self.add_instance("updated", 27811)
        self.machine.run("systemctl", "start", service("updated"))
        self.assertEqual(self.origin(), [f"{ROOT}/overlays/tickrate"])
        game_host.run_in_server(self.machine, "updated", "echo 'mine' > addons/tickrate.vpk")
        self.assertEqual(self.origin(), [upper("updated")])

        self.machine.write(f"{NEW}/{ADDON}", "of the update\n", "l4d2-sandbox")
        self.add_instance("updated", 27811, layers=(NEW, "installation"))
        waiting = self.layers("updated")
        self.assertEqual(waiting["merged"], "mounted")
        self.assertEqual(waiting["differences"], [f"{ROOT}/overlays/tickrate is mounted, and listed no more",
                                                  f"{NEW} is listed, and not mounted"])
        self.assertEqual(self.layers("--drift", "updated")["drift"], [])

        self.machine.run("systemctl", "restart", service("updated"))
        self.assertEqual(self.layers("updated")["differences"], [])
        item, = self.layers("--drift", "updated")["drift"]
        self.assertEqual((item["kind"], item["path"], item["layer"]), ("file", ADDON, NEW))

        # As it says.
        self.machine.run("systemctl", "stop", service("updated"))
        self.machine.run("rm", item["upper_path"])
        self.machine.run("systemctl", "start", service("updated"))
        self.assertEqual(self.machine.path(f"{merged('updated')}/{ADDON}").read_text(), "of the update\n")
        self.assertEqual((self.layers("--drift", "updated")["drift"], self.origin()), ([], [NEW]))
