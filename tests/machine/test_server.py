"""A server runs from its instance.env: from boot to reboot, on both systemd versions."""

import json
import os
import secrets
import time

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import (
    ROOT, THIRD_USER, ask_server, merged, mount_unit, owner, service, upper)
from tests.machine.machine import PRESET, SANITIZED, wait_until

OVERFLOW_ID = 65534


def owners_in(directory):
    """The (uid, gid) of everything below a directory."""
    return {owner(os.path.join(path, name))
            for path, directories, files in os.walk(directory) for name in directories + files}


@on_every_release
class FirstBoot:
    """The machine's first boot, with an empty runtime directory."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "alpha", 27015, autostart=True)
        game_host.add_instance(machine, "beta", 27016)

    def test_the_product_is_built_as_asked_for(self):
        helper = self.machine.path("/usr/libexec/left4me/left4me-overlay").read_bytes()
        self.assertEqual(b"__asan_init" in helper or b"AddressSanitizer" in helper, PRESET == SANITIZED)

    def test_no_unit_fails(self):
        self.assertEqual(self.first_state, "running", self.machine.recent_journal())

    def test_a_server_with_autostart_is_active(self):
        self.assert_active("alpha")
        self.assertEqual(ask_server(self.machine, 27015)["name"], "stand-in on 27015")

    def test_a_server_without_autostart_is_not(self):
        self.assertEqual(self.machine.property(service("beta"), "ActiveState"), "inactive")
        self.assert_nothing_mounted("beta")

    def test_nothing_failed_to_change_its_directory(self):
        self.assertNotRegex(self.machine.journal(), "CHDIR|Changing to the requested working directory")

    def test_the_server_runs_in_merged_and_sees_what_only_a_layer_has(self):
        pid = self.machine.property(service("alpha"), "MainPID")
        self.assertEqual(self.machine.output("readlink", f"/proc/{pid}/cwd"), merged("alpha"))
        said = self.machine.journal("-u", service("alpha")).splitlines()
        self.assertIn(f"directory: {merged('alpha')}", said)
        self.assertIn("addon: base.vpk", said)
        self.assertIn("addon: tickrate.vpk", said)

    def test_the_server_is_left4me_without_new_privileges(self):
        pid = self.machine.property(service("alpha"), "MainPID")
        status = dict(line.split(":\t", 1) for line in
                      self.machine.output("cat", f"/proc/{pid}/status").splitlines() if ":\t" in line)
        uid, gid = self.machine.user("left4me")
        self.assertEqual(status["Uid"].split(), [str(uid)] * 4)
        self.assertEqual(status["Gid"].split(), [str(gid)] * 4)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(int(status["CapBnd"], 16), 0)

    def test_the_helper_says_what_it_mounted_where_journalctl_finds_it(self):
        said = self.machine.journal("LEFT4ME_INSTANCE=alpha")
        self.assertIn("mounted 2 layers, 1 of them idmapped", said)


@on_every_release
class Running:
    """What an operator does to a machine that is up."""

    def test_start_restart_and_stop(self):
        self.add_instance("my-inst", 27020)
        self.machine.run("systemctl", "start", service("my-inst"))
        self.assert_active("my-inst")
        first = self.machine.property(service("my-inst"), "MainPID")
        self.machine.run("systemctl", "restart", service("my-inst"))
        self.assert_active("my-inst")
        self.assertNotEqual(self.machine.property(service("my-inst"), "MainPID"), first)
        self.assertEqual(ask_server(self.machine, 27020)["name"], "stand-in on 27020")

        self.machine.run("systemctl", "stop", service("my-inst"))
        self.assertEqual(self.machine.property(service("my-inst"), "Result"), "success")
        self.assert_nothing_mounted("my-inst")
        self.assertEqual(self.machine.output("ls", "/run/left4me").count("my-inst"), 0)

    def test_enable_now_starts_it_now_and_with_the_target(self):
        self.add_instance("en-abled", 27021)
        self.machine.run("systemctl", "enable", "--now", service("en-abled"))
        self.assert_active("en-abled")
        self.machine.run("systemctl", "stop", "l4d2.target")
        wait_until(lambda: self.machine.property(service("en-abled"), "ActiveState") == "inactive",
                   "the stop of l4d2.target to stop the server")
        self.machine.run("systemctl", "start", "l4d2.target")
        self.machine.wait_for_property(service("en-abled"), "ActiveState", "active")
        self.machine.run("systemctl", "disable", "--now", service("en-abled"))
        self.assert_nothing_mounted("en-abled")

    def test_copy_up_gives_files_of_the_sandbox_to_the_server_and_leaves_other_owners(self):
        self.add_instance("owners", 27022)
        self.machine.run("systemctl", "start", service("owners"))
        left4me = self.machine.user("left4me")
        sandbox = self.machine.user("l4d2-sandbox")
        self.assertEqual(owner(self.machine.disk / f"{ROOT[1:]}/overlays/tickrate/left4dead2/cfg/server.cfg"),
                         sandbox)
        wait_until((self.machine.disk / f"{upper('owners')[1:]}/left4dead2/cfg/server.cfg").exists,
                   "the server to change server.cfg")
        self.assertEqual(owner(self.machine.disk / f"{upper('owners')[1:]}/left4dead2/cfg/server.cfg"),
                         left4me)

        seen = self.machine.path(merged("owners")) / "left4dead2"
        self.assertEqual(owner(seen / "cfg/server.cfg"), left4me)
        self.assertEqual(owner(seen / "addons/tickrate.vpk"), left4me)
        self.assertEqual(owner(seen / "cfg/of_root.cfg"), (0, 0))
        self.assertEqual(owner(seen / "cfg/of_third_user.cfg"), (THIRD_USER, THIRD_USER))
        self.assertFalse({pair for pair in owners_in(seen) if OVERFLOW_ID in pair})

    def test_the_mount_unit_alone_gives_the_same_overlay(self):
        self.add_instance("by-unit", 27023)
        self.machine.run("systemctl", "start", service("by-unit"))
        by_service = self.overlay("by-unit")
        plan = self.plan("by-unit")
        self.machine.run("systemctl", "stop", service("by-unit"))
        self.assert_nothing_mounted("by-unit")

        self.machine.run("systemctl", "start", mount_unit("by-unit"))
        self.assertEqual(self.overlay("by-unit"), by_service)
        self.assertEqual(self.plan("by-unit"), plan)
        self.assertTrue(plan["layers"][0]["idmapped"])
        self.assertEqual(owner(self.machine.path(merged("by-unit")) / "left4dead2/addons/tickrate.vpk"),
                         self.machine.user("left4me"))
        self.machine.run("systemctl", "stop", mount_unit("by-unit"))
        self.assert_nothing_mounted("by-unit")

    def test_an_instance_may_be_called_as_something_in_the_root_directory(self):
        # mount(8) makes an absolute path of a source that exists in its working directory.
        for name, port in (("tmp", 27034), ("bin", 27035)):
            self.add_instance(name, port)
            self.machine.run("systemctl", "start", mount_unit(name))
            self.assertEqual(self.overlay(name)[1], f"left4me:{name}")
            self.machine.run("systemctl", "start", service(name))
            self.assert_active(name)
            self.machine.run("systemctl", "stop", service(name))
            self.assert_nothing_mounted(name)

    def overlay(self, name):
        """What the mount table says about a mounted instance. The kernel gives an upper layer a UUID when
        it first mounts it, and shows that only then."""
        file_system, source, options = self.machine.mounts()[merged(name)]
        return file_system, source, options.removesuffix(",uuid=on")

    def plan(self, name):
        """What the record of a mounted instance says about how it was mounted."""
        record = json.loads(self.machine.output("cat", f"/run/left4me/{name}.json"))
        return {key: record[key] for key in ("layers", "directory", "runtime_user", "sandbox_user")}

    def test_a_new_instance_works_after_a_reload(self):
        game_host.add_instance(self.machine, "newcomer", 27024)
        refused = self.machine.run("systemctl", "start", service("newcomer"), check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("run systemctl daemon-reload",
                      self.machine.run("systemctl", "status", service("newcomer"), check=False).stdout)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", service("newcomer"))
        self.assert_active("newcomer")

    def test_an_unknown_name_is_refused_once_and_says_why(self):
        refused = self.machine.run("systemctl", "start", service("no-such"), check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(self.machine.property(service("no-such"), "ActiveState"), "failed")
        self.assertEqual(self.machine.property(service("no-such"), "NRestarts"), "0")
        self.assertIn("no such instance: there is no no-such/instance.env",
                      self.machine.run("systemctl", "status", service("no-such"), check=False).stdout)

    def test_arguments_reach_the_server_as_systemd_would_split_them(self):
        self.add_instance("quoted", 27025,
                          arguments=r"""'+hostname "100% $HOME" ; +sv_tags \"a,b\" "--" %n'""")
        self.machine.run("systemctl", "start", service("quoted"))
        pid = self.machine.property(service("quoted"), "MainPID")

        def arguments_of_server():
            return self.machine.run("cat", f"/proc/{pid}/cmdline").stdout.split("\0")

        # srcds_run splits what it was given once more, at blanks.
        wait_until(lambda: arguments_of_server()[0].endswith("srcds_linux"), "the script to execute the server")
        arguments = arguments_of_server()
        self.assertEqual(arguments[arguments.index("27025") + 1:-1],
                         ["+hostname", "100%", "$HOME", ";", "+sv_tags", '"a,b"', "--", "%n"])

    def test_the_start_limit_is_read_and_no_key_is_unknown(self):
        self.add_instance("limited", 27028)
        self.assertEqual(self.machine.property(service("limited"), "StartLimitBurst"), "5")
        self.assertEqual(self.machine.property(service("limited"), "StartLimitIntervalUSec"), "1min")
        self.assertNotRegex(self.machine.journal(), "Unknown (key|section|lvalue)")

    def test_systemd_analyze_verify_has_nothing_to_say(self):
        self.add_instance("verified", 27029, autostart=True,
                          arguments=r"""'+hostname "100% $HOME" ; \"x\"'""")
        game_host.add_instance(self.machine, "a.b_c", 27030, layers=("overlays/tickrate", "installation"))
        self.machine.run("systemctl", "daemon-reload")
        # The program of a service is looked for, and these are in the overlays.
        self.machine.run("systemctl", "start", service("verified"), service("a.b_c"))
        units = self.machine.output("ls", "/run/systemd/generator").split()
        generated = [f"/run/systemd/generator/{unit}" for unit in units if unit.endswith(("merged.mount", ".target"))]
        self.assertGreaterEqual(len(generated), 2)
        generated.append("/run/systemd/generator.late/var-lib-left4me-runtime.mount")
        # There is no man(1) to look for the pages with.
        done = self.machine.run("systemd-analyze", "verify", "--man=no", *generated, service("verified"),
                                service("a.b_c"), "l4d2.target", "l4d2-game.slice", "l4d2@.service",
                                "left4me-late-instances.service", "left4me-end-silent.path",
                                "l4d2-restart-when-empty@verified.service", "l4d2-restart-changed.service", check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_an_unusable_file_is_named_with_its_line_and_disturbs_no_other(self):
        # The kernel's log is the host's, and may still hold what another machine's generator said.
        path = f"{ROOT}/instances/broken-{secrets.token_hex(8)}/instance.env"
        self.machine.write(path, "# a comment\nL4D2_LOWERDIRS=installation\nL4D2_PORT=none\n", "left4me")
        self.add_instance("unharmed", 27031)
        self.assertIn(f"{path}:3: 'none' is no port", self.machine.run("dmesg").stdout)
        self.machine.run("systemctl", "start", service("unharmed"))
        self.assert_active("unharmed")

    def test_an_edited_file_shows_as_changed_until_the_reload(self):
        self.add_instance("edited", 27032)
        self.machine.run("systemctl", "start", service("edited"))
        self.assertEqual(self.machine.property(service("edited"), "NeedDaemonReload"), "no")
        time.sleep(1.1)  # systemd compares modification times in whole seconds
        game_host.add_instance(self.machine, "edited", 27033)
        self.assertEqual(self.machine.property(service("edited"), "NeedDaemonReload"), "yes")
        self.machine.run("systemctl", "daemon-reload")
        self.assertEqual(self.machine.property(service("edited"), "NeedDaemonReload"), "no")


@on_every_release
class Unmounting:
    """A helper that stays in the unit's mount namespace keeps the overlay busy; ours does not."""

    def test_a_helper_inside_the_units_namespace_gets_ebusy(self):
        self.add_instance("control", 27015)
        # What the product does, but with a parent that stays where systemd started it.
        self.machine.write(f"/etc/systemd/system/{service('control')}.d/control.conf", f"""
[Service]
ExecStopPost=
ExecStopPost=+/bin/sh -c 'cd {merged('control')}; for i in 1 2 3 4 5 6 7 8 9 10; do \
/usr/bin/nsenter --mount=/proc/1/ns/mnt -- /bin/umount {merged('control')} && exit 0; sleep 0.1; done'
""")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", service("control"))
        self.machine.run("systemctl", "stop", service("control"))
        self.assertEqual(self.machine.journal("-u", service("control")).count("target is busy"), 10)
        self.assertIn(merged("control"), self.machine.mounts())

        self.machine.run("/usr/libexec/left4me/left4me-overlay", "umount", "control")
        self.assert_nothing_mounted("control")

    def test_ours_unmounts_at_the_first_try(self):
        self.add_instance("ours", 27016)
        self.machine.run("systemctl", "start", service("ours"))
        self.machine.run("systemctl", "stop", service("ours"))
        self.assert_nothing_mounted("ours")

    def test_the_host_cannot_unmount_what_a_server_runs_on(self):
        self.add_instance("running", 27018)
        self.machine.run("systemctl", "start", service("running"))
        done = self.machine.run("umount", merged("running"), check=False)
        self.assertIn("target is busy", done.stderr)
        self.assertIn(merged("running"), self.machine.mounts())
        self.machine.run("systemctl", "stop", service("running"))
        self.assert_nothing_mounted("running")

    def test_ours_refuses_to_run_inside_a_units_namespace(self):
        self.add_instance("inside", 27017)
        done = self.machine.run("unshare", "--mount", "/usr/libexec/left4me/left4me-overlay", "mount",
                                "inside", check=False)
        self.assertEqual(done.returncode, 77)
        self.assertIn("nsenter --mount=/proc/1/ns/mnt -- /usr/libexec/left4me/left4me-overlay mount inside",
                      done.stderr)


@on_every_release
class Reboot:
    """The same disk, again and again."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "back", 27015, autostart=True)

    def written(self):
        return (self.machine.disk / f"{upper('back')[1:]}/left4dead2/cfg/server.cfg").read_text()

    def assert_back(self, starts):
        self.assert_active("back")
        self.assertEqual(ask_server(self.machine, 27015)["name"], "stand-in on 27015")
        # One line of the layer, and one of each start.
        self.assertEqual(self.written(), "// of tickrate\n" + "// port 27015\n" * starts)

    def test_servers_and_what_they_wrote_are_back_after_a_shutdown_and_after_a_power_cut(self):
        self.assert_back(starts=1)
        self.machine.power_off()
        self.assertEqual(os.listdir(self.machine.disk / f"{merged('back')[1:]}"), [])
        self.assertEqual(self.machine.boot(), "running")
        self.assert_back(starts=2)
        self.machine.kill()
        self.assertEqual(self.machine.boot(), "running")
        self.assert_back(starts=3)
