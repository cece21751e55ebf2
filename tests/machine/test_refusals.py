"""Instances that cannot be started: what the operator is told, and that nothing is left behind."""

from pathlib import Path

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, instance_env, merged, service, upper
from tests.machine.machine import wait_until

README = Path(__file__).resolve().parents[2] / "README.md"
BROKEN = "L4D2_LOWERDIRS=overlays/maps:../etc\nL4D2_PORT=70000\n# a comment\nL4D2_PROT=27015\nL4D2_ARGS=-gdb\n"
DIAGNOSTICS = (":1: the layer '../etc' has a '..': write the path without it",
               ":2: '70000' is no port: give a number from 1 to 65535",
               ":4: unknown key 'L4D2_PROT' is ignored: remove it, or did you mean L4D2_PORT?",
               ":5: the argument '-gdb' would let the server run, write or delete any file: remove it")
HELPER = "/usr/libexec/left4me/left4me-overlay"


def env_file(name):
    return f"{ROOT}/instances/{name}/instance.env"


@on_every_release
class Refusals:
    @staticmethod
    def prepare(machine):
        machine.write(env_file("broken"), BROKEN, "left4me")

    def write_env(self, name, text):
        self.machine.write(env_file(name), text, "left4me")

    def reload(self):
        self.machine.run("systemctl", "daemon-reload")

    def status(self, name):
        return self.machine.run("systemctl", "status", "--full", service(name), check=False).stdout

    def assert_refused_once(self, name, *words):
        """A start fails without a restart, and the status says why."""
        done = self.machine.run("systemctl", "start", service(name), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.machine.property(service(name), "ActiveState"), "failed")
        self.assertEqual(self.machine.property(service(name), "Result"), "exit-code")
        self.assertEqual(self.machine.property(service(name), "NRestarts"), "0")
        # No restart is pending.
        self.assertEqual(self.machine.property(service(name), "Job"), "")
        # The journal may take in what was said a moment after systemd has drawn its conclusions.
        for word in words:
            wait_until(lambda: word in self.status(name), f"the status of {name} to say {word}")
        status = self.status(name)
        # What would be mounted is no reason why nothing was.
        self.assertNotIn("redirect_dir", status)
        self.assert_nothing_mounted(name)

    def drop_in(self, name):
        """The text of what was generated for an instance, or "" when nothing was."""
        path = f"/run/systemd/generator/{service(name)}.d/50-left4me.conf"
        return self.machine.run("cat", path, check=False).stdout

    def assert_refused_again_and_again(self, name, *words):
        """However often it is tried, no start limit hides the reason."""
        for _ in range(7):
            self.assert_refused_once(name, *words)
            self.assertNotIn("repeated too quickly", self.status(name))

    def test_a_broken_file_is_refused_with_all_that_is_wrong(self):
        self.assertIn("cannot be used", self.machine.property(service("broken"), "Description"))
        self.assert_refused_again_and_again("broken", *(env_file("broken") + line for line in DIAGNOSTICS))
        self.assertEqual(self.machine.run("find", "/run/left4me", "-name", "broken.*").stdout, "")

    def test_an_unknown_name_is_refused_with_where_it_was_looked_for(self):
        self.assert_refused_again_and_again("unknown", "unknown: no such instance: there is no unknown/instance.env in "
                                            f"/etc/left4me/instances or {ROOT}/instances")

    def test_a_server_without_the_game_is_started_once_and_named(self):
        self.write_env("gameless", instance_env(27109, layers=("overlays/maps",)))
        self.reload()
        self.assert_refused_once("gameless", "gameless: none of its layers has srcds_run, so the server cannot be "
                                 "started: name the game's directory in L4D2_LOWERDIRS, and put the game there")

    def test_a_file_that_systemd_has_not_read_is_refused_until_the_reload(self):
        self.write_env("unread", instance_env(27101))
        self.assert_refused_again_and_again("unread", "unread: systemd has not read its instance.env, or not since it "
                                            "changed: run systemctl daemon-reload")
        self.reload()
        self.machine.run("systemctl", "start", service("unread"))
        self.assert_active("unread")

    def test_a_mended_file_is_refused_until_the_reload_and_then_starts(self):
        self.write_env("mended", BROKEN)
        self.reload()
        self.write_env("mended", instance_env(27102))
        self.assert_refused_once("mended", "or not since it changed: run systemctl daemon-reload")
        self.reload()
        self.machine.run("systemctl", "start", service("mended"))
        self.assert_active("mended")
        self.assertNotIn("cannot be used", self.machine.property(service("mended"), "Description"))

    def test_the_readme_shows_what_is_said(self):
        readme = README.read_text()
        self.machine.write("/etc/left4me/instances/alpha/instance.env",
                           "L4D2_LOWERDIRS=overlays/maps:../installation\nL4D2_PORT=70000\nL4D2_PROT=27015\n")
        self.reload()
        self.write_env("gamma", instance_env(27108))
        said = []
        for name, name_there in (("alpha", "alpha"), ("beta", "NAME"), ("gamma", "NAME")):
            self.machine.run("systemctl", "start", service(name), check=False)
            said += [line.replace(name, name_there) for line in self.machine.journal("-u", service(name)).splitlines()
                     if line.startswith((f"{name}: ", "/"))]
        self.assertEqual(len(said), 5, said)
        for line in said:
            self.assertIn(line, readme)
        self.assertIn(self.machine.property(service("alpha"), "Description"), readme)

    def start_and_break(self, name, port):
        self.add_instance(name, port)
        self.machine.run("systemctl", "start", service(name))
        self.write_env(name, BROKEN)
        self.reload()
        self.assert_active(name)
        self.assertIn(merged(name), self.machine.mounts())

    def test_a_server_whose_file_broke_runs_on_and_is_unmounted_when_it_stops(self):
        self.start_and_break("breaking", 27103)
        self.machine.run("systemctl", "stop", service("breaking"))
        self.assertEqual(self.machine.property(service("breaking"), "Result"), "success")
        self.assert_nothing_mounted("breaking")

    def test_a_server_whose_file_broke_is_not_restarted(self):
        self.start_and_break("unrestarted", 27104)
        self.machine.run("systemctl", "restart", service("unrestarted"), check=False)
        self.assertEqual(self.machine.property(service("unrestarted"), "ActiveState"), "failed")
        self.assert_nothing_mounted("unrestarted")
        self.assertIn(env_file("unrestarted") + DIAGNOSTICS[1], self.status("unrestarted"))

    def test_a_server_whose_file_broke_and_that_crashes_is_unmounted(self):
        self.start_and_break("crashed", 27105)
        self.machine.shell(f"kill -ABRT {self.machine.property(service('crashed'), 'MainPID')}")
        self.machine.wait_for_property(service("crashed"), "ActiveState", "failed")
        self.assert_nothing_mounted("crashed")

    def test_a_retired_instance_is_unmounted_when_its_server_stops(self):
        self.add_instance("retired", 27106)
        self.machine.run("systemctl", "start", service("retired"))
        game_host.remove_instance(self.machine, "retired")
        self.reload()
        self.assert_active("retired")
        directives = [line for line in self.drop_in("retired").splitlines() if "=" in line]
        self.assertEqual([line.partition("=")[0] for line in directives], ["ExecStopPost"] * 2)

        self.machine.run("systemctl", "stop", service("retired"))
        self.assert_nothing_mounted("retired")
        self.assertEqual(self.machine.run("find", "/run/left4me", "-name", "retired.*").stdout, "")
        self.assertTrue(self.machine.path(upper("retired")).is_dir())
        self.reload()
        self.assertEqual(self.drop_in("retired"), "")

    def test_a_retired_instance_is_not_restarted(self):
        self.add_instance("pensioned", 27107)
        self.machine.run("systemctl", "start", service("pensioned"))
        game_host.remove_instance(self.machine, "pensioned")
        self.reload()
        self.machine.run("systemctl", "restart", service("pensioned"), check=False)
        self.assertEqual(self.machine.property(service("pensioned"), "ActiveState"), "failed")
        self.assertIn("no such instance", self.status("pensioned"))
        self.assert_nothing_mounted("pensioned")


@on_every_release
class HostConfiguration:
    """left4me.conf, layered as systemd layers its own."""

    DROP_INS = "/etc/left4me/left4me.conf.d"

    def setUp(self):
        self.machine.run("mkdir", "-p", self.DROP_INS, "/run/left4me/left4me.conf.d", "/usr/lib/left4me/left4me.conf.d")

    def tearDown(self):
        super().tearDown()
        self.machine.run("rm", "-rf", self.DROP_INS, "/run/left4me/left4me.conf.d", "/usr/lib/left4me")
        self.machine.run("systemctl", "daemon-reload")

    def burst(self, name):
        self.machine.run("systemctl", "daemon-reload")
        return self.machine.property(service(name), "StartLimitBurst")

    def test_the_directories_are_layered_and_a_symlink_to_dev_null_masks(self):
        game_host.add_instance(self.machine, "layered", 27110)
        self.machine.write("/usr/lib/left4me/left4me.conf.d/50-burst.conf", "[Servers]\nStartLimitBurst=7\n")
        self.assertEqual(self.burst("layered"), "7")
        self.machine.write("/run/left4me/left4me.conf.d/50-burst.conf", "[Servers]\nStartLimitBurst=8\n")
        self.assertEqual(self.burst("layered"), "8")
        self.machine.write("/usr/lib/left4me/left4me.conf.d/60-later.conf", "[Servers]\nStartLimitBurst=9\n")
        self.assertEqual(self.burst("layered"), "9")
        self.machine.run("ln", "-s", "/dev/null", f"{self.DROP_INS}/60-later.conf")
        self.assertEqual(self.burst("layered"), "8")
        self.machine.run("ln", "-s", "/dev/null", f"{self.DROP_INS}/50-burst.conf")
        self.assertEqual(self.burst("layered"), "5")

    def test_one_that_cannot_be_used_stops_generator_and_helper_and_is_shown(self):
        self.add_instance("halted", 27111)
        self.machine.write(f"{self.DROP_INS}/bad.conf", "[Servers]\nStartLimitBurst=many\n")
        self.machine.run("systemctl", "daemon-reload")
        self.assertEqual(self.machine.run("find", "/run/systemd/generator", "-name", "*left4me*").stdout, "")

        message = f"{self.DROP_INS}/bad.conf:2: StartLimitBurst='many' is no number"
        done = self.machine.run(HELPER, "mount", "halted", check=False)
        self.assertEqual(done.returncode, 65)
        self.assertIn(message, done.stderr)
        self.assertNotEqual(self.machine.run("systemctl", "start", service("halted"), check=False).returncode, 0)
        self.assertIn(message, self.machine.run("systemctl", "status", service("halted"), check=False).stdout)

        self.machine.run("rm", f"{self.DROP_INS}/bad.conf")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", service("halted"))
        self.assert_active("halted")

    def test_unknown_sections_and_keys_are_passed_over(self):
        self.machine.write(f"{self.DROP_INS}/new.conf", "[Servers]\nStartLimitBrust=1\nStartLimitBurst=6\n[Serves]\nx=1\n")
        game_host.add_instance(self.machine, "tolerant", 27112)
        self.assertEqual(self.burst("tolerant"), "6")

    def test_those_beyond_the_limit_are_refused_and_none_that_is_mounted(self):
        self.add_instance("zz-mounted", 27113)
        self.machine.run("systemctl", "start", service("zz-mounted"))
        mounted = int(self.machine.shell("ls /run/left4me/*.json | wc -l").stdout)
        self.machine.write(f"{self.DROP_INS}/few.conf", f"[Servers]\nMaxInstances={mounted}\n")
        self.add_instance("aa-refused", 27114, autostart=True)
        self.assertIn(f"left4me.conf: more than MaxInstances={mounted} instances, refused: aa-refused",
                      self.machine.journal("-b", "-t", "left4me-generator"))
        self.assertIn("mount zz-mounted", self.machine.output("systemctl", "cat", service("zz-mounted")))
        self.assertNotIn("aa-refused", self.machine.output("systemctl", "show", "--property=Wants", "l4d2.target"))

        self.machine.run("systemctl", "start", service("aa-refused"), check=False)
        self.assertIn("if that changes nothing, l4d2ctl check aa-refused, or look into",
                      self.machine.journal("-u", service("aa-refused")))
        check = self.machine.run("l4d2ctl", "check", "aa-refused", check=False)
        self.assertEqual(check.returncode, 65)
        self.assertIn(f"refused, since there are more than MaxInstances={mounted} instances: raise it in left4me.conf",
                      check.stdout)

        self.machine.run("rm", f"{self.DROP_INS}/few.conf")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", service("aa-refused"))
        self.assert_active("aa-refused")
