"""The root directory that a server gets: what works in it, what an administrator adds, and what is left of it."""

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, run_in_server, service
from tests.machine.machine import wait_until

ROOTS = "/run/left4me-root"
ADDED = "/srv/demos of all"


@on_every_release
class ServerRoot:
    @staticmethod
    def prepare(machine):
        for name, port in (("works", 27801), ("steam", 27802), ("added", 27803), ("elsewhere", 27804)):
            layers = ("overlays/library", "installation") if name == "steam" else ("installation",)
            game_host.add_instance(machine, name, port, layers=layers, autostart=name == "works")
        machine.write(f"{ROOT}/overlays/library/bin/steamclient.so", "of the game\n", "l4d2-sandbox")
        machine.write(f"/etc/systemd/system/{service('added')}.d/demos.conf",
                      f'[Service]\nBindPaths="-{ADDED}"\nBindReadOnlyPaths=/opt/maps:/opt/of_all/maps\n')
        machine.write(f"{ADDED}/of-root", "", "root")
        machine.path(ADDED).chmod(0o777)
        machine.write("/opt/maps/map", "a map\n", "root")
        machine.write("/etc/ssl/certs/of-test.pem", "a certificate\n", "root")

    def in_server(self, name, script):
        return run_in_server(self.machine, name, script)

    def host_tree(self):
        """What is on the host's disk besides what its services write."""
        return self.machine.output("find", "/", "-xdev", "(", "-path", "/var/lib", "-o", "-path", "/var/log", "-o", "-path",
                                   "/var/tmp", "-o", "-path", "/tmp", ")", "-prune", "-o", "-print")

    def test_names_time_zones_and_certificates_are_the_hosts(self):
        self.machine.shell("ln -sfn /usr/share/zoneinfo/Etc/GMT-5 /etc/localtime; echo 192.0.2.8 a.test >> /etc/hosts")
        self.assertEqual(self.in_server("works", "getent hosts a.test; readlink /etc/localtime; "
                                                 "cat /etc/ssl/certs/of-test.pem; echo $HOME; pwd -P"),
                         "192.0.2.8       a.test\n/usr/share/zoneinfo/Etc/GMT-5\na certificate\n/steam\n"
                         f"{merged('works')}/left4dead2\n")

    def test_steams_library_is_found_where_a_layer_has_it(self):
        self.machine.run("systemctl", "start", service("steam"))
        read = "cat ~/.steam/sdk32/steamclient.so"
        self.assertEqual(self.in_server("steam", read), "of the game\n")
        self.assertIn("No such file", self.in_server("works", read))
        # steamcmd's own comes first, as soon as it is there.
        self.machine.write(f"{ROOT}/overlays/library/linux32/steamclient.so", "of steamcmd\n", "l4d2-sandbox")
        self.machine.run("systemctl", "restart", service("steam"))
        self.assertEqual(self.in_server("steam", read), "of steamcmd\n")

    def test_what_an_administrator_has_bound_stays_when_somebody_mounts_again(self):
        self.machine.write("/srv/library", "of the administrator\n", "root")
        self.machine.write(f"/etc/systemd/system/{service('bound')}.d/library.conf",
                           "[Service]\nBindPaths=-/srv/library:/steam/.steam/sdk32/steamclient.so\n")
        self.add_instance("bound", 27805, layers=("installation",))
        self.machine.run("systemctl", "start", service("bound"))
        read = "cat ~/.steam/sdk32/steamclient.so"
        self.assertEqual(self.in_server("bound", read), "of the administrator\n")
        self.machine.run("/usr/libexec/left4me/left4me-overlay", "mount", "bound")
        self.assertEqual(self.in_server("bound", read), "of the administrator\n")

    def test_a_bound_directory_that_is_gone_keeps_no_server_from_stopping(self):
        self.machine.path("/srv/going").mkdir()
        self.machine.write(f"/etc/systemd/system/{service('going')}.d/going.conf", "[Service]\nBindPaths=-/srv/going\n")
        self.add_instance("going", 27806, layers=("installation",))
        self.machine.run("systemctl", "start", service("going"))
        self.machine.path("/srv/going").rmdir()
        self.machine.run("systemctl", "stop", service("going"))
        self.assertEqual(self.machine.property(service("going"), "Result"), "success")
        self.assert_nothing_mounted("going")

    def test_an_administrator_adds_paths_and_nothing_of_them_is_left(self):
        before = self.host_tree()
        self.machine.run("systemctl", "start", service("added"))
        self.assertEqual(self.in_server("added", f"echo demo > '{ADDED}/demo'; cat /opt/of_all/maps/map; "
                                                 "touch /opt/of_all/maps/x 2>/dev/null || echo read-only"),
                         "a map\nread-only\n")
        self.assertEqual(self.machine.path(f"{ADDED}/demo").read_text(), "demo\n")
        self.machine.run("systemctl", "stop", service("added"))
        self.machine.path(f"{ADDED}/demo").unlink()
        self.assertFalse(self.machine.path(f"{ROOTS}/added").exists())
        # systemd makes what is missing for the commands that see the host's root.
        self.assertEqual(set(self.host_tree().splitlines()) - set(before.splitlines()), {"/opt/of_all", "/opt/of_all/maps"})

    def test_what_somebody_has_mounted_in_it_is_not_removed(self):
        self.machine.run("systemctl", "start", service("elsewhere"))
        self.machine.shell(f"mkdir -p {ROOTS}/elsewhere/mine /srv/precious && touch /srv/precious/file && "
                           f"mount --bind /srv/precious {ROOTS}/elsewhere/mine")
        self.machine.run("systemctl", "stop", service("elsewhere"))
        self.assertEqual(self.machine.property(service("elsewhere"), "Result"), "success")
        self.assertTrue(self.machine.path("/srv/precious/file").exists())
        self.machine.run("umount", f"{ROOTS}/elsewhere/mine")
        self.machine.run("systemctl", "start", service("elsewhere"))
        self.machine.run("systemctl", "stop", service("elsewhere"))
        self.assertFalse(self.machine.path(f"{ROOTS}/elsewhere").exists())

    def test_usr_may_be_read_only_and_a_hundred_instances_leave_nothing(self):
        self.machine.shell("mount --bind /usr /usr && mount -o remount,bind,ro /usr")
        self.addCleanup(self.machine.run, "umount", "--lazy", "/usr")
        names = [f"passing{number}" for number in range(100)]
        for number, name in enumerate(names):
            game_host.add_instance(self.machine, name, 28000 + number, layers=("installation",))
        self.machine.run("systemctl", "daemon-reload")
        before = self.host_tree()
        self.machine.run("systemctl", "start", *map(service, names))
        self.machine.run("systemctl", "stop", *map(service, names))
        for name in names:
            game_host.remove_instance(self.machine, name)
        self.machine.run("systemctl", "daemon-reload")
        wait_until(lambda: "passing" not in self.machine.output("ls", ROOTS, "/run/left4me"), "the end of all roots")
        self.assertEqual(set(self.host_tree().splitlines()) - set(before.splitlines()), set())
