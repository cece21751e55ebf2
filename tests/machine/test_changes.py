"""What an operator changes while servers run: their files, their names, systemd's units and the product itself."""

import json
import os
import time

from tests.machine import game_host, product
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, instance_env, merged, service, upper
from tests.machine.machine import PRESET, wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
BROKEN = "L4D2_LOWERDIRS=installation\nL4D2_PORT=none\n"
WITH_MAPS = ("overlays/maps", "installation")


class ChangesCase:
    """Instances that a test writes, and what an operator looks at."""

    def write_env(self, name, text):
        """Rewrites an instance.env. systemd compares modification times in whole seconds: this one is later than
        any that it has seen."""
        path = f"{ROOT}/instances/{name}/instance.env"
        self.machine.write(path, text, "left4me")
        later = time.time() + 2
        os.utime(self.machine.path(path), (later, later))

    def systemctl(self, *arguments):
        return self.machine.run("systemctl", *arguments, check=False)

    def reload(self):
        self.machine.run("systemctl", "daemon-reload")

    def start_new(self, name, port, **options):
        """Adds and starts an instance, and returns the server's process id."""
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))
        return self.main_pid(name)

    def main_pid(self, name):
        return self.machine.property(service(name), "MainPID")

    def status_text(self, name):
        return self.systemctl("status", "--full", service(name)).stdout

    def overlay_status(self, name):
        done = self.machine.run(HELPER, "status", name, "--json")
        return json.loads(done.stdout)["instances"][0]

    def assert_refused(self, name, verb, *words):
        self.assertNotEqual(self.systemctl(verb, service(name)).returncode, 0)
        self.assertEqual(self.machine.property(service(name), "ActiveState"), "failed")
        self.assertEqual(self.machine.property(service(name), "NRestarts"), "0")
        for word in words:
            self.assertIn(word, self.status_text(name))
        self.assertNotIn(merged(name), self.machine.mounts())

    def assert_stops_clean(self, name):
        self.machine.run("systemctl", "stop", service(name))
        self.assertEqual(self.machine.property(service(name), "Result"), "success", self.machine.recent_journal())
        self.assert_nothing_left(name)

    def assert_nothing_left(self, name):
        self.assert_nothing_mounted(name)
        self.assertEqual(self.machine.output("find", "/run/left4me", "-name", f"{name}.*"), "")

    def addons(self, name):
        return {path.name for path in (self.machine.path(merged(name)) / "left4dead2/addons").iterdir()}


@on_every_release
class Edits(ChangesCase):
    """An instance.env that changes, breaks or goes away while its server runs."""

    def test_new_layers_and_arguments_count_after_reload_and_restart_and_not_before(self):
        pid = self.start_new("edited", 27301)
        self.write_env("edited", instance_env(27302, layers=WITH_MAPS))

        def assert_nothing_changed():
            self.assertEqual(self.main_pid("edited"), pid)
            self.assertEqual(ask_server(self.machine, 27301)["name"], "stand-in on 27301")
            self.assertEqual(self.addons("edited"), {"base.vpk", "tickrate.vpk"})

        assert_nothing_changed()
        self.assertIn("changed on disk", self.systemctl("status", service("edited")).stderr)
        self.reload()
        assert_nothing_changed()
        self.assertNotIn("changed on disk", self.systemctl("status", service("edited")).stderr)
        status = self.overlay_status("edited")
        self.assertEqual((status["state"], status["configuration_change"]), ("drifted", "changed"))
        self.assertEqual({(difference["kind"], difference["layer"]) for difference in status["differences"]},
                         {("layer_removed", f"{ROOT}/overlays/tickrate"), ("layer_added", f"{ROOT}/overlays/maps")})

        self.machine.run("systemctl", "restart", service("edited"))
        self.assertEqual(ask_server(self.machine, 27302)["name"], "stand-in on 27302")
        self.assertEqual(self.addons("edited"), {"base.vpk", "maps.vpk"})
        self.assertEqual(self.overlay_status("edited")["state"], "mounted")
        self.assert_stops_clean("edited")

    def test_a_restart_without_the_reload_says_what_is_missing(self):
        self.start_new("unreloaded", 27303)
        self.write_env("unreloaded", instance_env(27304))
        done = self.systemctl("restart", service("unreloaded"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("Run 'systemctl daemon-reload'", done.stderr)
        self.assertEqual(ask_server(self.machine, 27303)["name"], "stand-in on 27303")

    def test_a_file_that_breaks_and_is_not_read_yet_keeps_no_server_from_stopping_and_lets_none_start(self):
        pid = self.start_new("breaking", 27305)
        self.write_env("breaking", BROKEN)
        self.assertEqual(self.main_pid("breaking"), pid)
        self.assert_stops_clean("breaking")
        self.assert_refused("breaking", "start", "'none' is no port")

        self.write_env("breaking", instance_env(27305))
        self.reload()
        self.machine.run("systemctl", "start", service("breaking"))
        self.assert_active("breaking")

    def test_a_file_that_goes_away_and_is_not_missed_yet_keeps_no_server_from_stopping_and_lets_none_start(self):
        pid = self.start_new("deleted", 27306)
        game_host.remove_instance(self.machine, "deleted")
        self.assertEqual(self.main_pid("deleted"), pid)
        self.assert_refused("deleted", "restart", "no such instance: there is no deleted/instance.env")
        self.assert_nothing_left("deleted")

    def recreate(self, name, port, *, reload_between):
        """Deletes a running server's instance and makes another of the same name, with other layers and port."""
        pid = self.start_new(name, port)
        game_host.remove_instance(self.machine, name)
        if reload_between:
            self.reload()
        self.write_env(name, instance_env(port + 1, layers=WITH_MAPS))
        self.reload()
        self.assertEqual(self.main_pid(name), pid)
        self.assertEqual(self.addons(name), {"base.vpk", "tickrate.vpk"})
        self.assertEqual(self.overlay_status(name)["state"], "drifted")
        self.assert_stops_clean(name)
        self.machine.run("systemctl", "start", service(name))
        self.assertEqual(ask_server(self.machine, port + 1)["name"], f"stand-in on {port + 1}")
        self.assertEqual(self.addons(name), {"base.vpk", "maps.vpk"})

    def test_a_server_that_is_deleted_and_made_anew_stops_as_the_old_and_starts_as_the_new(self):
        self.recreate("remade", 27307, reload_between=False)
        self.recreate("reborn", 27309, reload_between=True)

    def test_a_renamed_instance_stops_under_its_old_name_and_starts_under_the_new(self):
        self.start_new("old-name", 27311)
        instances = self.machine.path(f"{ROOT}/instances")
        (instances / "old-name").rename(instances / "new-name")
        self.reload()
        # The port is taken as long as the old one runs.
        self.assert_stops_clean("old-name")
        self.machine.run("systemctl", "start", service("new-name"))
        self.assertEqual(ask_server(self.machine, 27311)["name"], "stand-in on 27311")
        self.reload()
        self.assert_refused("old-name", "start", "no such instance: there is no old-name/instance.env")
        # What the old one wrote stays.
        written = self.machine.path(upper("old-name")) / "left4dead2/cfg/server.cfg"
        self.assertIn("// port 27311", written.read_text())

    def test_an_enabled_server_that_is_deleted_is_refused_at_boot_and_named(self):
        self.add_instance("forgotten", 27312)
        self.machine.run("systemctl", "enable", service("forgotten"))
        game_host.remove_instance(self.machine, "forgotten")
        self.add_instance("remembered", 27313, autostart=True)
        self.machine.power_off()

        self.assertEqual(self.machine.boot(), "degraded")
        failed = self.systemctl("list-units", "--failed", "--plain", "--no-legend").stdout.split("\n")
        self.assertEqual([line.split()[0] for line in failed if line], [service("forgotten")])
        self.assertIn("no such instance: there is no forgotten/instance.env", self.status_text("forgotten"))
        self.assert_active("remembered")
        self.machine.run("systemctl", "disable", service("forgotten"))
        self.machine.run("systemctl", "reset-failed", service("forgotten"))
        self.assertEqual(self.systemctl("is-system-running").stdout.strip(), "running")


@on_every_release
class Reloads(ChangesCase):
    """systemd reads its units while servers are on their way up or down."""

    NAMES = [f"storm-{number}" for number in range(6)]

    def slow_down(self, name, port, directive):
        """An instance for which one step ends when go_on() says so."""
        game_host.add_instance(self.machine, name, port)
        self.machine.shell("rm -f /run/go-on")
        self.machine.write(f"/etc/systemd/system/{service(name)}.d/slow.conf",
                           f"[Service]\n{directive}=/bin/sh -c 'until [ -e /run/go-on ]; do sleep 0.05; done'\n")
        self.reload()

    def go_on(self):
        self.machine.write("/run/go-on", "")

    def test_a_reload_in_the_middle_of_a_start_or_a_stop_changes_nothing(self):
        self.slow_down("starting", 27320, "ExecStartPre")
        self.slow_down("stopping", 27321, "ExecStop")
        self.machine.run("systemctl", "start", service("stopping"))
        self.machine.run("systemctl", "--no-block", "start", service("starting"))
        self.machine.run("systemctl", "--no-block", "stop", service("stopping"))
        self.machine.wait_for_property(service("starting"), "SubState", "start-pre")
        self.machine.wait_for_property(service("stopping"), "SubState", "stop")
        self.reload()
        self.assertEqual(self.machine.property(service("starting"), "ActiveState"), "activating")
        self.assertEqual(self.machine.property(service("stopping"), "ActiveState"), "deactivating")

        self.go_on()
        self.machine.wait_for_property(service("starting"), "ActiveState", "active")
        self.assertEqual(ask_server(self.machine, 27320)["name"], "stand-in on 27320")
        self.machine.wait_for_property(service("stopping"), "ActiveState", "inactive")
        self.assertEqual(self.machine.property(service("stopping"), "Result"), "success")
        self.assert_nothing_left("stopping")
        self.assert_stops_clean("starting")

    def test_an_instance_that_goes_away_in_the_middle_of_its_start_is_unmounted_when_it_stops(self):
        self.slow_down("vanishing", 27322, "ExecStartPre")
        self.machine.run("systemctl", "--no-block", "start", service("vanishing"))
        wait_until(lambda: merged("vanishing") in self.machine.mounts(), "the overlay of vanishing")
        game_host.remove_instance(self.machine, "vanishing")
        self.reload()
        self.go_on()
        wait_until(lambda: self.machine.property(service("vanishing"), "Job") == "", "the end of the start")
        self.systemctl("stop", service("vanishing"))
        self.assert_nothing_left("vanishing")

    def test_storms_of_starts_stops_and_reloads_leave_nothing(self):
        for number, name in enumerate(self.NAMES):
            game_host.add_instance(self.machine, name, 27330 + number)
            # The storm is no crash loop.
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/storm.conf", "[Unit]\nStartLimitIntervalSec=0\n")
        self.reload()
        services = [service(name) for name in self.NAMES]
        for round_number in range(3):
            self.machine.run("systemctl", "--no-block", "start", *services[round_number % 2:])
            self.reload()
            self.machine.run("systemctl", "--no-block", "stop", *services[::2])
            self.machine.run("systemctl", "--no-block", "restart", *services[1::2])
            self.reload()
        self.machine.run("systemctl", "start", *services)
        for number, name in enumerate(self.NAMES):
            self.assertEqual(ask_server(self.machine, 27330 + number)["name"], f"stand-in on {27330 + number}")
            self.assertEqual(self.overlay_status(name)["state"], "mounted")
        self.machine.run("systemctl", "stop", *services)
        for name in self.NAMES:
            self.assert_nothing_left(name)
            self.assertEqual(self.machine.property(service(name), "ActiveState"), "inactive")
        failed = self.systemctl("list-units", "--failed", "--plain", "--no-legend").stdout
        self.assertNotIn("storm", failed)


@on_every_release
class Upgrades(ChangesCase):
    """The product changes under servers that it has started."""

    DROP_IN = "/etc/left4me/left4me.conf.d/50-way.conf"

    def record(self, name):
        return self.machine.path(f"/run/left4me/{name}.json")

    def inode(self, path):
        return self.machine.path(path).stat().st_ino

    def test_servers_run_through_a_package_upgrade_and_are_unmounted_by_the_new_helper(self):
        pids = {name: self.start_new(name, port) for name, port in (("first", 27340), ("second", 27341))}
        before = self.inode(HELPER)
        kept_open = self.machine.path(HELPER).open("rb")
        self.addCleanup(kept_open.close)
        self.machine.install(product.install(self.machine.release, PRESET))
        self.assertNotEqual(self.inode(HELPER), before)
        self.reload()
        for name, pid in pids.items():
            self.assert_active(name)
            self.assertEqual(self.main_pid(name), pid)
            self.assertEqual(self.overlay_status(name)["state"], "mounted")
        self.assertEqual(self.systemctl("is-system-running").stdout.strip(), "running")

        self.machine.run("systemctl", "restart", service("second"))
        self.assertEqual(ask_server(self.machine, 27341)["name"], "stand-in on 27341")
        for name in pids:
            self.assert_stops_clean(name)

    def rewrite_record(self, name, version):
        """Makes the record one of another version of the helper."""
        record = self.record(name)
        content = json.loads(record.read_text())
        content["version"] = version
        record.write_text(json.dumps(content))

    def test_an_overlay_that_another_version_mounted_is_shown_stopped_and_mounted_anew(self):
        for name, port, version in (("older", 27342, 1), ("newer", 27343, 99)):
            pid = self.start_new(name, port)
            self.rewrite_record(name, version)
            self.assertEqual(self.overlay_status(name)["state"], "unrecorded")
            # It runs, and starting what runs does nothing.
            self.machine.run("systemctl", "start", service(name))
            self.assertEqual(self.main_pid(name), pid)
            self.machine.run("systemctl", "restart", service(name))
            self.assertEqual(self.overlay_status(name)["state"], "mounted")
            self.rewrite_record(name, version)
            self.assert_stops_clean(name)

    def test_an_overlay_that_was_mounted_the_other_way_is_as_good_until_it_is_mounted_anew(self):
        self.machine.write(self.DROP_IN, "[Mount]\nWay=descriptors\n")
        self.addCleanup(self.machine.run, "rm", self.DROP_IN)
        pid = self.start_new("ways", 27344)
        self.assertEqual(self.overlay_status("ways")["mounted"]["way"], "descriptors")
        self.machine.write(self.DROP_IN, "[Mount]\nWay=staged\n")
        self.reload()
        self.assertEqual(self.overlay_status("ways")["state"], "mounted")
        # Nothing is taken down for it.
        self.machine.run(HELPER, "mount", "ways")
        self.assertEqual(self.main_pid("ways"), pid)
        self.machine.run("systemctl", "restart", service("ways"))
        self.assertEqual(self.overlay_status("ways")["mounted"]["way"], "staged")
        self.assert_stops_clean("ways")
