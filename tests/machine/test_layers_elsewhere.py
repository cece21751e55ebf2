"""Layers, and the state root itself, on file systems of their own: there at boot, late, never, or gone."""

import shutil

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, instance_env, merged, mount_unit, service
from tests.machine.machine import wait_until

ELSEWHERE = "/elsewhere"
HELPER = "/usr/libexec/left4me/left4me-overlay"
SLOW_NETWORK = """
[Unit]
Before=network-online.target
[Service]
Type=oneshot
ExecStart=/bin/sleep 0.5
"""


def layer(name):
    return f"{ROOT}/overlays/{name}"


def layer_unit(name):
    return f"var-lib-left4me-overlays-{name}.mount"


class ElsewhereCase:
    def systemctl(self, *arguments):
        return self.machine.run("systemctl", *arguments, check=False)

    def status_text(self, name):
        return self.systemctl("status", "--full", "--lines=100", service(name)).stdout

    def assert_answers(self, name, port):
        self.machine.wait_for_property(service(name), "ActiveState", "active")
        self.assertEqual(ask_server(self.machine, port)["name"], f"stand-in on {port}")

    def assert_refused_once(self, name, reason):
        """It is down, with one reason that nothing hides."""
        self.machine.wait_for_property(service(name), "ActiveState", "failed")
        self.assertEqual(self.machine.property(service(name), "NRestarts"), "0")
        # The journal may take in what was said a moment after systemd has drawn its conclusions.
        wait_until(lambda: reason in self.status_text(name), f"the status of {name} to give the reason {reason}")
        self.machine.run("journalctl", "--sync")
        self.assertEqual(self.status_text(name).count(reason), 1, self.status_text(name))
        self.assertNotIn(merged(name), self.machine.mounts())


@on_every_release
class LayersElsewhere(ElsewhereCase):
    PORTS = {"local": 27401, "network": 27402, "automatic": 27403, "late": 27404, "never": 27405, "plain": 27406}

    @staticmethod
    def prepare(machine):
        options = {"local": "bind", "network": "bind,_netdev", "automatic": "bind,noauto,x-systemd.automount",
                   "late": "bind,nofail", "never": "bind,nofail"}
        for name in options:
            machine.path(layer(name)).mkdir()
        for name in ("local", "network", "automatic"):
            machine.write(f"{ELSEWHERE}/{name}/left4dead2/addons/{name}.vpk", "addon\n", "l4d2-sandbox")
        for name in ("late", "never"):
            # A mount that fails: this is no directory.
            machine.write(f"{ELSEWHERE}/{name}", "not there yet\n")
        machine.write("/etc/fstab", "".join(f"{ELSEWHERE}/{name} {layer(name)} none {options[name]} 0 0\n"
                                            for name in options))
        machine.write("/etc/systemd/system/slow-network.service", SLOW_NETWORK)
        wants = machine.path("/etc/systemd/system/network-online.target.wants")
        wants.mkdir(parents=True)
        (wants / "slow-network.service").symlink_to("../slow-network.service")
        for name, port in LayersElsewhere.PORTS.items():
            layers = ("overlays/tickrate" if name == "plain" else f"overlays/{name}", "installation")
            game_host.add_instance(machine, name, port, layers=layers, autostart=True)

    def overlay(self, name, what):
        return self.machine.property(mount_unit(name), what)

    def reason(self, name):
        return (f"the layer '{layer(name)}' needs the file system of '{layer(name)}', and nothing is mounted there: "
                f"run systemctl start '{layer_unit(name)}', or take the layer out of L4D2_LOWERDIRS")

    def addons(self, name):
        return {path.name for path in (self.machine.path(merged(name)) / "left4dead2/addons").iterdir()}

    def test_servers_whose_layers_are_mounted_at_boot_are_up_with_them(self):
        for name in ("local", "network", "automatic"):
            self.assert_answers(name, self.PORTS[name])
            self.assertEqual(self.addons(name), {"base.vpk", f"{name}.vpk"})
            # systemd learns of what the helper has mounted a moment later.
            self.machine.wait_for_property(mount_unit(name), "ActiveState", "active")
            self.assertLessEqual(int(self.machine.property(layer_unit(name), "ActiveEnterTimestampMonotonic")),
                                 int(self.overlay(name, "InactiveExitTimestampMonotonic")))
        self.assert_answers("plain", self.PORTS["plain"])

    def test_there_is_no_ordering_cycle(self):
        self.assertNotRegex(self.machine.journal(), "(?i)ordering cycle|breaking cycle|job .* deleted to break")
        for name in ("local", "network", "automatic"):
            self.assertIn(layer_unit(name), self.overlay(name, "After"))
            self.assertIn(layer_unit(name), self.overlay(name, "Requires"))
            self.assertNotRegex(self.overlay(name, "Before"), r"(local|remote)-fs\.target")
            self.machine.run("systemctl", "start", service(name))
            unit = f"/run/systemd/generator/{mount_unit(name)}"
            done = self.machine.run("systemd-analyze", "verify", "--man=no", unit, service(name), check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_a_layer_on_the_network_is_waited_for(self):
        online = int(self.machine.property("network-online.target", "ActiveEnterTimestampMonotonic"))
        self.assertGreater(int(self.machine.property(layer_unit("network"), "InactiveExitTimestampMonotonic")), online)
        self.assertGreater(int(self.overlay("network", "InactiveExitTimestampMonotonic")), online)

    def test_a_layer_that_is_never_mounted_is_named_once_and_its_empty_directory_is_not_used(self):
        self.assert_refused_once("never", self.reason("never"))
        failed = self.systemctl("start", service("never"))
        self.assertNotEqual(failed.returncode, 0)
        self.assertEqual(self.machine.property(service("never"), "NRestarts"), "0")
        self.assertIn(self.reason("never"), self.machine.run(HELPER, "status", "never").stdout)

    def test_a_layer_that_does_not_exist_is_named_once(self):
        self.add_instance("missing", 27412, layers=("overlays/missing", "installation"))
        self.assertNotEqual(self.systemctl("start", service("missing")).returncode, 0)
        self.assert_refused_once("missing", f"the layer '{layer('missing')}' does not exist: correct its name in "
                                 "L4D2_LOWERDIRS, create it, or take it out")

    def test_a_layer_that_is_mounted_after_the_boot_is_used_by_the_next_start(self):
        self.assert_refused_once("late", self.reason("late"))
        self.machine.path(f"{ELSEWHERE}/late").unlink()
        self.machine.write(f"{ELSEWHERE}/late/left4dead2/addons/late.vpk", "addon\n", "l4d2-sandbox")
        # What the reason says to do, and all that should be up.
        self.machine.run("systemctl", "start", layer_unit("late"))
        self.machine.run("systemctl", "start", "l4d2.target")
        self.assert_answers("late", self.PORTS["late"])
        self.assertEqual(self.addons("late"), {"base.vpk", "late.vpk"})

    def start_another(self, name, port, of):
        self.add_instance(name, port, layers=(f"overlays/{of}", "installation"))
        self.machine.run("systemctl", "start", service(name))

    def test_whoever_stops_a_layers_file_system_stops_its_servers_first(self):
        self.start_another("dependent", 27410, of="local")
        self.machine.run("systemctl", "stop", layer_unit("local"))
        for name in ("dependent", "local"):
            # Its overlay is gone; systemd waits for the end of what unmounted it.
            self.machine.wait_for_property(service(name), "ActiveState", "inactive", timeout=5)
            self.assertEqual(self.machine.property(service(name), "Result"), "success")
            self.assert_nothing_mounted(name)
        self.assertNotIn(layer("local"), self.machine.mounts())
        self.assert_answers("plain", self.PORTS["plain"])

        self.machine.run("systemctl", "start", service("dependent"), service("local"))
        self.assert_answers("dependent", 27410)
        self.assert_answers("local", self.PORTS["local"])
        self.assertIn("local.vpk", self.addons("local"))

    def test_a_file_system_that_is_unmounted_by_hand_disturbs_no_running_server(self):
        self.start_another("unaware", 27411, of="network")
        self.machine.run("umount", layer("network"))
        self.machine.wait_for_property(layer_unit("network"), "ActiveState", "inactive")
        self.assert_answers("unaware", 27411)
        self.assertIn("network.vpk", self.addons("unaware"))
        status = self.machine.run(HELPER, "status", "unaware").stdout
        self.assertIn("broken: still mounted, but it could not be mounted again", status)
        self.assertIn(self.reason("network"), status)
        refused = self.machine.run(HELPER, "--dry-run", "mount", "unaware", check=False)
        self.assertEqual(refused.returncode, 77)

        # systemd mounts what a start needs, once it has seen that the overlay is gone.
        self.machine.run("systemctl", "stop", service("unaware"))
        self.assert_nothing_mounted("unaware")
        self.machine.run("systemctl", "start", service("unaware"))
        self.assertIn("network.vpk", self.addons("unaware"))

    def test_at_shutdown_overlays_go_before_their_layers_and_those_before_the_network(self):
        self.assert_answers("network", self.PORTS["network"])
        self.machine.power_off()
        self.machine.boot()
        # To the journal both boots are one: they have the kernel in common.
        said = self.machine.journal("_PID=1").splitlines()
        stops = [line.split(" - ")[0] for line in said if line.startswith(("Unmounted ", "Stopped "))]
        last = {line: number for number, line in enumerate(stops)}
        for earlier, later in ((f"Unmounted {mount_unit('network')}", f"Unmounted {layer_unit('network')}"),
                               (f"Unmounted {layer_unit('network')}", "Stopped target network-online.target")):
            self.assertLess(last[earlier], last[later], stops)
        self.assertFalse([line for line in said if "Failed unmounting" in line])


class RootElsewhereCase(ElsewhereCase):
    """The state root is a symlink to a disk of its own, as the administrator says in left4me.conf."""

    NAMED = "/srv/left4me"
    DISK = "/mnt/disk"

    @staticmethod
    def prepare(machine):
        case = RootElsewhereCase
        machine.path(ELSEWHERE).mkdir()
        shutil.move(machine.path(ROOT), machine.path(ELSEWHERE) / "left4me")
        machine.path(case.DISK).mkdir()
        machine.path(case.NAMED).symlink_to(f"{case.DISK}/left4me")
        machine.write("/etc/fstab", f"{ELSEWHERE} {case.DISK} none bind 0 0\n")
        machine.write("/etc/left4me/left4me.conf", f"[Paths]\nRoot={case.NAMED}\n")
        layers = (f"{case.NAMED}/overlays/tickrate", "installation")
        machine.write("/etc/left4me/instances/early/instance.env",
                      instance_env(27420, layers=layers, autostart=True))
        machine.write(f"{ELSEWHERE}/left4me/instances/late/instance.env",
                      instance_env(27421, layers=layers, autostart=True), "left4me")

    def merged(self, name):
        return f"{self.DISK}/left4me/runtime/{name}/merged"

    def mount_unit(self, name):
        return f"mnt-disk-left4me-runtime-{name}-merged.mount"

    def assert_up(self):
        for name, port in (("early", 27420), ("late", 27421)):
            self.assert_answers(name, port)
            self.assertEqual(self.machine.mounts()[self.merged(name)][1], f"left4me:{name}")
            # systemd learns of a mount that it did not make itself a moment later.
            self.machine.wait_for_property(self.mount_unit(name), "ActiveState", "active")
            self.assertIn("generated", self.systemctl("status", self.mount_unit(name)).stdout)
        self.assertEqual(self.systemctl("is-system-running", "--wait").stdout.strip(), "running",
                         self.machine.recent_journal())
        self.assertNotRegex(self.machine.journal("_PID=1"), "(?i)cycle|not canonical|symlink")


@on_every_release
class RootElsewhere(RootElsewhereCase):
    def test_servers_are_up_after_every_boot_and_nothing_of_the_disk_is_left_in_use(self):
        self.assert_up()
        self.machine.power_off()
        self.assertEqual(list(self.machine.path(self.DISK).iterdir()), [])
        self.assertEqual(list((self.machine.path(ELSEWHERE) / "left4me/runtime/late/merged").iterdir()), [])
        self.machine.boot()
        self.assert_up()
        self.assertNotIn("Failed unmounting", self.machine.journal("_PID=1"))

    def test_whoever_stops_the_disk_stops_the_servers_and_none_writes_below_it(self):
        self.assert_up()
        # A mount namespace that is just being set up, for whatever service, makes any unmount fail that is tried once.
        wait_until(lambda: self.systemctl("stop", "mnt-disk.mount").returncode == 0, "the disk to be unmounted")
        for name in ("early", "late"):
            self.assertEqual(self.machine.property(service(name), "Result"), "success")
            self.assertNotIn(self.merged(name), self.machine.mounts())
        self.assertNotIn(self.DISK, self.machine.mounts())
        done = self.machine.run(HELPER, "mount", "early", check=False)
        self.assertEqual(done.returncode, 77)
        self.assertIn(f"needs the file system of {self.DISK}, and nothing is mounted there: "
                      "run systemctl start 'mnt-disk.mount'", done.stderr)
        self.assertEqual(list(self.machine.path(self.DISK).iterdir()), [])
        self.machine.run("systemctl", "start", service("early"), service("late"))
        self.assert_up()

    def test_a_symlink_that_has_changed_is_refused_until_the_reload(self):
        other = self.machine.path(ELSEWHERE) / "other"
        other.mkdir(exist_ok=True)
        self.machine.run("ln", "-sfn", f"{self.DISK}/other", self.NAMED)
        self.addCleanup(self.machine.run, "systemctl", "daemon-reload")
        self.addCleanup(self.machine.run, "ln", "-sfn", f"{self.DISK}/left4me", self.NAMED)
        done = self.machine.run("mount", "-t", "left4me", "early", self.merged("early"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"belongs on {self.DISK}/other/runtime/early/merged", done.stderr)
        self.assertIn("systemctl daemon-reload", done.stderr)

    def test_a_symlink_that_others_can_replace_is_refused(self):
        self.machine.run("chown", "left4me:", "/srv")
        self.addCleanup(self.machine.run, "chown", "root:", "/srv")
        done = self.machine.run(HELPER, "--dry-run", "mount", "early", check=False)
        self.assertEqual(done.returncode, 65)
        self.assertIn(f"left4me.conf:2: Root={self.NAMED} leads through the symbolic link {self.NAMED}, and not only "
                      f"root can write to /srv: write Root={self.DISK}/left4me, or let only root write there",
                      done.stderr)


@on_every_release
class SymlinkOnLateDisk(RootElsewhereCase):
    """The symlink itself is on a disk, and all instances are in /etc."""

    @staticmethod
    def prepare(machine):
        RootElsewhereCase.prepare(machine)
        shutil.move(machine.path(f"{ELSEWHERE}/left4me/instances/late"), machine.path("/etc/left4me/instances/late"))
        machine.write("/etc/left4me/left4me.conf.d/50-etc.conf",
                      "[Paths]\nInstanceDirectories=/etc/left4me/instances\n")
        shutil.move(machine.path("/srv"), machine.path("/srv-disk"))
        machine.path("/srv").mkdir()
        with machine.path("/etc/fstab").open("a") as table:
            table.write("/srv-disk /srv none bind 0 0\n")

    def test_servers_are_up_where_it_leads(self):
        self.assert_up()
