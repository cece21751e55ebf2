"""The package in a machine, from its installation to its purge."""

import os
import re
import shutil
import sys
import unittest
from pathlib import Path

from tests.documents import sections
from tests.machine import game_host, roots
from tests.machine.machine import RELEASES, Machine, wait_until
from tests.package import packages

# What apt, dpkg and systemd keep for themselves, and the copies that useradd and its like make.
NOT_OURS = re.compile(r"/(var/(cache|log|lib/(apt|dpkg|systemd))|run|tmp|var/tmp|root|dev|proc|sys)(/|$)|"
                      r"/etc/(passwd|shadow|group|gshadow|subuid|subgid)-$")


def commands(heading):
    """What the README says to type below a heading, as one script."""
    return "".join(sections.fenced(sections.README, heading, "sh"))


class PackageCase(unittest.TestCase):
    release = ""

    def clean_machine(self):
        machine = Machine.create(self.release, with_product=False, make_root=roots.clean_root)
        self.addCleanup(machine.destroy)
        # What an operator answers when apt asks.
        machine.write("/etc/apt/apt.conf.d/yes", 'APT::Get::Assume-Yes "true";\n')
        self.put(machine, packages.built(self.release))
        return machine

    def put(self, machine, package):
        """The package in root's home directory, and no other."""
        for other in machine.path("/root").glob("*.deb"):
            other.unlink()
        shutil.copy(package, machine.path("/root"))

    def install(self, machine):
        machine.shell("cd /root && apt install ./left4me-systemd_*.deb")

    def states(self, machine, *names):
        return {name: machine.property(game_host.service(name), "ActiveState") for name in names}

    def mounted(self, machine):
        return {source.removeprefix("left4me:") for kind, source, _ in machine.mounts().values() if kind == "overlay"}

    def assert_no_failed_unit(self, machine):
        self.assertEqual(machine.output("systemctl", "list-units", "--failed", "--no-legend", "--plain"), "")


def on_every_release(case):
    for release in RELEASES:
        name = f"{case.__name__}_on_{release}"
        setattr(sys.modules[case.__module__], name,
                type(name, (case, PackageCase), {"release": release, "__module__": case.__module__}))
    return case


def files(machine):
    """Everything on the disk that dpkg and systemd do not keep for themselves."""
    found = set()
    for directory, directories, names in os.walk(machine.disk):
        below = "/" + os.path.relpath(directory, machine.disk).removeprefix(".")
        directories[:] = [name for name in directories if not NOT_OURS.search(os.path.join(below, name))]
        found.update(path for path in (os.path.join(below, name) for name in directories + names)
                     if not NOT_OURS.search(path))
    return found


def users(machine):
    return {file: {line.split(":")[0] for line in machine.path(f"/etc/{file}").read_text().splitlines()}
            for file in ("passwd", "group", "shadow", "gshadow")}


def contents(machine, directory):
    """{path: (owner, content)} of the files below a directory."""
    root = machine.path(directory)
    return {str(path.relative_to(root)): (game_host.owner(path), path.read_bytes())
            for path in root.rglob("*") if path.is_file()}


@on_every_release
class Life:
    def test_from_the_readme_to_the_purge(self):
        machine = self.clean_machine()
        machine.boot()
        machine.shell(f"set -e\ncd /root\n{commands('Install')}")
        self.assertEqual(machine.property("l4d2.target", "ActiveState"), "inactive")
        machine.shell(f"set -e\n{commands('The first server')}")
        directory = machine.path("/etc/left4me/instances")
        names = {path.name for path in directory.iterdir()}
        started_at_boot = {name for name in names
                           if "L4D2_AUTOSTART=yes" in (directory / name / "instance.env").read_text()}
        self.assertTrue(started_at_boot)

        machine.power_off()
        self.assertEqual(machine.boot(), "running")
        self.assertEqual(self.states(machine, *started_at_boot), dict.fromkeys(started_at_boot, "active"))
        self.assertEqual(self.mounted(machine), started_at_boot)
        machine.run("systemctl", "start", *(game_host.service(name) for name in names))
        self.assertEqual(self.mounted(machine), names)

        busy = min(names)
        self.assert_removal_waits_for_who_is_in_the_way(machine, busy)
        self.assert_only_configuration_and_data_are_left(machine, names)
        self.assert_what_comes_back_starts_nothing(machine, names, started_at_boot)
        self.assert_a_purge_leaves_data_and_whose_it_is(machine)

    def assert_removal_waits_for_who_is_in_the_way(self, machine, name):
        machine.run("systemd-run", "--unit=in-the-way", "/bin/sh", "-c",
                    f"exec sleep infinity >>{game_host.merged(name)}/left4dead2/gameinfo.txt")
        refused = machine.run("apt", "remove", "left4me-systemd", check=False)
        self.assertNotEqual(refused.returncode, 0)
        said = refused.stdout + refused.stderr
        self.assertRegex(said, rf"{game_host.merged(name)} is still in use after 5 s by .*sleep")
        self.assertIn(f"left4me-systemd: the overlays of these servers are still mounted: {name} \n", said)
        self.assertEqual(self.mounted(machine), {name})
        self.assertEqual(machine.output("dpkg-query", "--show", "--showformat=${db:Status-Abbrev}", "left4me-systemd"),
                         "ii ")
        machine.run("systemctl", "stop", "in-the-way")

    def assert_only_configuration_and_data_are_left(self, machine, names):
        machine.run("systemctl", "start", *(game_host.service(name) for name in names))
        override = "/etc/systemd/system/l4d2@.service.d/override.conf"
        machine.write(override, "[Service]\nTimeoutStopSec=12s\n")
        machine.write("/etc/left4me/left4me.conf", "[Servers]\nStartLimitBurst=6\n")
        machine.run("systemctl", "enable", game_host.service(min(names)))
        data = f"{game_host.ROOT}/runtime"

        machine.run("apt", "remove", "left4me-systemd")
        self.assertEqual(self.mounted(machine), set())
        self.assert_no_failed_unit(machine)
        for pattern in ("l4d2*", "left4me*"):
            self.assertEqual(machine.output("systemctl", "list-units", "--all", "--no-legend", "--plain", pattern), "")
        self.assertEqual([], [path.name for path in machine.path("/run/systemd/generator").glob("**/*l4d2*")])
        self.assertEqual([], [name for name in ("left4me", "left4me-root", "left4me-servers")
                              if machine.path(f"/run/{name}").exists()])
        self.assertTrue(any(path.endswith(".log") for path in contents(machine, data)))
        for configuration in (override, "/etc/left4me/left4me.conf"):
            self.assertTrue(machine.path(configuration).exists(), configuration)

    def assert_what_comes_back_starts_nothing(self, machine, names, started_at_boot):
        self.install(machine)
        self.assertEqual(self.states(machine, *names), dict.fromkeys(names, "inactive"))
        self.assertEqual(self.mounted(machine), set())
        self.assertEqual(machine.property(game_host.service(min(names)), "TimeoutStopUSec"), "12s")
        machine.run("systemctl", "start", "l4d2.target")
        for name in started_at_boot:
            machine.wait_for_property(game_host.service(name), "ActiveState", "active")

    def assert_a_purge_leaves_data_and_whose_it_is(self, machine):
        machine.run("systemctl", "stop", "l4d2@*")
        # Neither what is mounted over the configuration, nor what was there before the package.
        machine.write("/srv/precious/of-somebody", "precious\n")
        bound = "/etc/left4me/instances/bound"
        machine.shell(f"mkdir -p {bound} && mount --bind /srv/precious {bound}")
        own_unit = "/etc/systemd/system/l4d2@of-old.service"
        machine.write(own_unit, "[Service]\nExecStart=/bin/true\n")
        before = contents(machine, game_host.ROOT)
        machine.run("apt", "purge", "left4me-systemd")
        self.assertEqual(contents(machine, game_host.ROOT), before)
        self.assertEqual({"left4me", "l4d2-sandbox"} - users(machine)["passwd"], set())
        self.assertEqual(contents(machine, "/srv/precious").keys(), {"of-somebody"})
        self.assertEqual([machine.path(own_unit)], list(machine.path("/etc/systemd").glob("**/*l4d2*")))

        self.install(machine)
        machine.run("umount", bound)
        machine.run("apt", "purge", "left4me-systemd")
        self.assertFalse(machine.path("/etc/left4me").exists())
        self.assert_no_failed_unit(machine)

    def test_installed_in_an_image_and_purged_without_a_trace(self):
        machine = self.clean_machine()
        machine.boot()
        machine.power_off()
        before = {**users(machine), "files": files(machine)}
        # As image builders do it: no systemd runs.
        machine.run_off("/bin/sh", "-c", "cd /root && apt install ./left4me-systemd_*.deb")
        self.assertLess({"left4me", "l4d2-sandbox"}, users(machine)["passwd"])
        self.assertTrue(machine.path(f"{game_host.ROOT}/overlays").is_dir())

        self.assertEqual(machine.boot(), "running")
        self.assertEqual(machine.property("l4d2.target", "ActiveState"), "active")
        game_host.install_game(machine)
        game_host.add_instance(machine, "alpha", 27015)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "start", "l4d2@alpha")
        self.assert_removal_is_no_race(machine, "alpha")
        for directory in ("installation", "overlays", "instances", "runtime"):
            for path in machine.path(f"{game_host.ROOT}/{directory}").iterdir():
                (shutil.rmtree if path.is_dir() else Path.unlink)(path)

        machine.run("apt", "purge", "--autoremove", "left4me-systemd")
        self.assert_no_failed_unit(machine)
        self.assertEqual(machine.output("systemctl", "list-units", "--all", "--no-legend", "--plain", "l4d2*"), "")
        after = {**users(machine), "files": files(machine)}
        self.assertEqual({what: after[what] ^ before[what] for what in before}, dict.fromkeys(before, set()))

    def assert_removal_is_no_race(self, machine, name):
        """However often somebody starts a server meanwhile; then the package is there again, and the server down."""
        machine.run("systemd-run", "--unit=starts", "/bin/sh", "-c",
                    f"while :; do systemctl start --no-block {game_host.service(name)}; sleep 0.03; done")
        machine.run("apt", "remove", "left4me-systemd")
        self.assertEqual(machine.property("starts.service", "ActiveState"), "active")
        self.assertEqual(self.mounted(machine), set())
        self.assertEqual(machine.shell("grep -l srcds_ru[n] /proc/[0-9]*/cmdline", check=False).stdout, "")
        machine.run("systemctl", "stop", "starts")
        machine.run("systemctl", "reset-failed")
        self.install(machine)

    def test_an_upgrade_leaves_running_servers_alone(self):
        machine = self.clean_machine()
        # From one release to the next, it is the old one's package that is there.
        old = packages.previous(packages.built("bookworm"), machine.disk.parent)
        self.put(machine, old)
        machine.boot()
        self.install(machine)
        game_host.install_game(machine)
        for number, name in enumerate(("alpha", "beta", "gamma")):
            game_host.add_instance(machine, name, 27015 + number)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "start", "l4d2@alpha", "l4d2@beta", "l4d2@gamma")
        instances = machine.path(f"{game_host.ROOT}/instances")
        os.chown(instances, game_host.THIRD_USER, game_host.THIRD_USER)
        self.assertIn("Old", machine.property("l4d2@alpha", "Description"))
        self.assertTrue(list(machine.disk.glob("usr/lib/systemd/system/l4d2-gone.target")))

        def running():
            return {name: (machine.property(game_host.service(name), "MainPID"),
                           machine.property(game_host.service(name), "ActiveEnterTimestampMonotonic"),
                           self.mount_id(machine, name)) for name in ("alpha", "beta", "gamma")}

        before = running()
        self.put(machine, packages.built(self.release))
        self.install(machine)
        self.assertEqual(running(), before)
        self.assertEqual(game_host.owner(instances), (game_host.THIRD_USER, game_host.THIRD_USER))
        self.assertEqual(machine.property("l4d2@alpha", "Description"), "Left 4 Dead 2 server alpha")
        self.assertEqual(machine.property("l4d2@alpha", "NeedDaemonReload"), "no")
        self.assertEqual([], list(machine.disk.glob("usr/lib/systemd/system/l4d2-gone.target")))
        self.assertTrue(list(machine.disk.glob("usr/lib/systemd/system/l4d2@.service")))
        for number, name in enumerate(before):
            game_host.ask_server(machine, 27015 + number)
        self.assertEqual(machine.output("/usr/libexec/left4me/left4me-overlay", "status").count(" mounted"), 3)

        # What was mounted before is taken down by the new one, which mounts it anew, too.
        machine.run("systemctl", "restart", "l4d2@alpha")
        self.assertNotEqual(running()["alpha"], before["alpha"])
        machine.run("systemctl", "kill", "--signal=SEGV", "l4d2@beta")
        wait_until(lambda: running()["beta"][0] not in (before["beta"][0], "0"), "beta to be started again")
        machine.run("systemctl", "stop", "l4d2@*")
        self.assertEqual(self.mounted(machine), set())
        self.assert_no_failed_unit(machine)

    def mount_id(self, machine, name):
        table = Path(f"/proc/{machine.pid}/mountinfo").read_text().splitlines()
        return [line.split()[0] for line in table if line.split()[4] == game_host.merged(name)]
