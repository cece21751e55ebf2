"""l4d2ctl diff on trees: what a reload would change, and what that means."""

import json
import shutil
from pathlib import Path

from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.golden.test_ctl_list import ROOT, USABLE, Tree
from tests.golden.test_golden import REWRITE

EXPECTED = Path(__file__).with_name("ctl_cases") / "diff"
GENERATED = "run/systemd/generator"


class Diff(Tree):
    def setUp(self):
        super().setUp()
        for name in ("alpha", "beta"):
            self.add_instance(name, USABLE.replace("27015", str(27000 + ord(name[0]))))
        self.reload()

    def run_diff(self, *arguments, code=1):
        done = run_l4d2ctl("diff", f"--root={self.root}", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def diff(self, *arguments, code=1):
        """{instance: what changes of it}"""
        done = self.run_diff("--json", *arguments, code=code)
        self.assertEqual(done.stderr, "")
        return {change["name"]: change for change in validated("diff", done.stdout)["instances"]}

    def assert_text(self, case, code=1):
        done = self.run_diff(code=code)
        if REWRITE:
            EXPECTED.mkdir(parents=True, exist_ok=True)
            (EXPECTED / case).write_text(done.stdout)
        self.assertEqual(done.stdout, (EXPECTED / case).read_text())
        self.assertEqual(done.stderr, "")

    def edit(self, name, old, new):
        path = self.root / ROOT / f"instances/{name}/instance.env"
        self.assertIn(old, path.read_text())
        path.write_text(path.read_text().replace(old, new))

    def remove(self, name):
        shutil.rmtree(self.root / ROOT / f"instances/{name}")

    def states(self, *arguments, code=1):
        return {name: (change["before"], change["after"]) for name, change in self.diff(*arguments, code=code).items()}


class Text(Diff):
    maxDiff = None

    def test_nothing_is_said_when_a_reload_changes_nothing(self):
        done = self.run_diff(code=0)
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_everything_that_can_happen_to_an_instance_has_its_words(self):
        self.add_instance("autostarts")
        self.add_instance("breaks")
        self.add_instance("mended", "L4D2_PORT=1\n")
        self.add_instance("retires")
        self.reload()
        self.edit("alpha", "27097", "27099\nL4D2_ARGS=\"+map 'a b' ''\"")
        self.edit("alpha", "overlays/x:installation", "installation:overlays/y:overlays/x")
        self.edit("autostarts", "27015", "27015\nL4D2_AUTOSTART=on")
        self.edit("breaks", "27015", "none")
        self.add_instance("mended")
        self.remove("retires")
        self.write("run/left4me/retires.json", "{}")
        self.remove("beta")
        self.add_instance("fresh", USABLE + "L4D2_AUTOSTART=yes\n")
        self.add_instance("fresh-and-broken", "")
        self.assert_text("instances")

    def test_what_left4me_conf_changes_is_shown_for_every_instance(self):
        self.write("etc/left4me/left4me.conf", "[Servers]\nStartLimitBurst=9\n[Users]\nRuntimeUser=games\n"
                   "[Paths]\nInstanceDirectories=/etc/left4me/instances:instances:/opt\n")
        self.assert_text("configuration")


class Changes(Diff):
    def test_an_edit_that_makes_no_other_unit_is_no_change(self):
        self.edit("alpha", "L4D2_PORT=27097", "# its port\nL4D2_PORT = '27097'\nL4D2_ARGS=")
        self.assertEqual(self.diff(code=0), {})

    def test_another_address_is_another_command_line(self):
        self.edit("alpha", "L4D2_PORT=27097", "L4D2_PORT=27097\nL4D2_IP=10.0.0.5")
        setting, = self.diff("alpha")["alpha"]["files"][0]["settings"]
        self.assertEqual(setting["key"], "ExecStart")
        self.assertIn(" -ip 0.0.0.0 -port 27097", setting["before"][-1])
        self.assertIn(" -ip 10.0.0.5 -port 27097", setting["after"][-1])

    def test_only_what_is_named_is_compared(self):
        self.edit("alpha", "27097", "1")
        self.edit("beta", "27098", "2")
        self.assertEqual(list(self.diff("beta")), ["beta"])
        self.assertEqual(self.diff("beta")["beta"]["files"][0]["settings"][0]["key"], "ExecStart")
        self.reload()
        self.assertEqual(self.diff("alpha", "beta", code=0), {})

    def test_a_name_that_is_nowhere_is_no_such_instance(self):
        done = self.run_diff("alpha", "betta", code=66)
        self.assertEqual((done.stdout, done.stderr),
                         ("", "betta: no such instance, neither before a reload nor after it: did you mean beta?\n"))

    def test_what_is_gone_can_still_be_named(self):
        self.remove("beta")
        self.assertEqual(self.states("beta"), {"beta": ("usable", "none")})

    def test_without_left4me_conf_everything_goes(self):
        self.write("etc/left4me/left4me.conf", "[Paths]\nRoot=relative\n")
        done = self.run_diff("--json", code=65)
        found = validated("diff", done.stdout)
        self.assertFalse(found["configuration_usable"])
        self.assertEqual({change["name"]: (change["before"], change["after"], change["meaning"][-1])
                          for change in found["instances"]},
                         dict.fromkeys(("alpha", "beta"),
                                       ("usable", "none", "it cannot be started until left4me.conf is mended")))
        self.assertIn("/etc/left4me/left4me.conf:2: Root='relative' cannot be the state root", done.stderr)
        # What it says happens.
        shutil.rmtree(self.root / GENERATED)
        (self.root / GENERATED).mkdir()
        self.assertEqual(json.loads(self.run_diff("--json", code=65).stdout)["instances"], [])

    def test_where_systemd_has_never_run_its_generators_everything_is_new(self):
        shutil.rmtree(self.root / GENERATED)
        done = self.run_diff("--json")
        self.assertEqual(done.stderr, "/run/systemd/generator: No such file or directory: what is there counts as "
                                      "missing\n")
        self.assertEqual({change["name"]: (change["before"], change["after"])
                          for change in validated("diff", done.stdout)["instances"]},
                         dict.fromkeys(("alpha", "beta"), ("none", "usable")))

    def test_what_other_generators_have_left_is_none_of_our_concern(self):
        self.write(f"{GENERATED}/srv.mount", "# Automatically generated by systemd-fstab-generator\n\n"
                   "[Mount]\nWhat=alpha\n")
        self.write(f"{GENERATED}/ssh.service.d/50-left4me.conf", "[Service]\nExecStart=\n")
        wants = self.root / GENERATED / "l4d2.target.wants"
        wants.mkdir(exist_ok=True)
        (wants / "other.service").symlink_to("/usr/lib/systemd/system/other.service")
        (wants / "long.service").symlink_to("/" + "x" * 4000)
        self.assertEqual(self.diff(code=0), {})

    def test_a_moved_state_root_rebuilds_every_mount(self):
        (self.root / "srv").mkdir()
        (self.root / ROOT).rename(self.root / "srv/left4me")
        self.write("etc/left4me/left4me.conf", "[Paths]\nRoot=/srv/left4me\n")
        alpha = self.diff()["alpha"]
        self.assertEqual((alpha["restart"], alpha["remount"]), (True, True))
        self.assertEqual([(file["change"], file["path"]) for file in alpha["files"]],
                         [("added", "srv-left4me-runtime-alpha-merged.mount"),
                          ("changed", "l4d2-layers@alpha.target"),
                          ("changed", "l4d2@alpha.service.d/50-left4me.conf"),
                          ("removed", "var-lib-left4me-runtime-alpha-merged.mount")])

    def test_what_a_reload_does_is_what_was_said(self):
        self.edit("alpha", "27097", "1\nL4D2_AUTOSTART=yes")
        self.add_instance("fresh")
        self.remove("beta")
        self.assertEqual(self.states(), {"alpha": ("usable", "usable"), "beta": ("usable", "none"),
                                         "fresh": ("none", "usable")})
        self.reload()
        self.assertEqual(self.diff(code=0), {})
