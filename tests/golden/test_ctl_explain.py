"""l4d2ctl explain on trees: what became of each line, and why there is nothing."""

import os
import re
from pathlib import Path

from tests.golden.l4d2ctl import read_json, run_l4d2ctl, validated
from tests.golden.test_ctl_list import ROOT, USABLE, Tree
from tests.golden.test_golden import REWRITE, unit_directory
from tests.hostile.env_files import HOSTILE

EXPECTED = Path(__file__).with_name("ctl_cases") / "explain"
TEMPLATE = "[Service]\nType=exec\nUser=left4me\nExecStart=/bin/false\nBindPaths=/template\n"
SERVICE = "etc/systemd/system/l4d2@alpha.service.d"
OURS = "/run/systemd/generator/l4d2@alpha.service.d/50-left4me.conf"


class Explain(Tree):
    def setUp(self):
        super().setUp()
        self.write(f"{unit_directory()[1:]}/l4d2@.service", TEMPLATE)

    def explain(self, name="alpha"):
        return read_json("explain", f"--root={self.root}", name)

    def run_explain(self, name="alpha", *arguments):
        return run_l4d2ctl("explain", f"--root={self.root}", name, *arguments)

    def effective(self, key, name="alpha"):
        """The values of a setting of the service and where they are from: [(value, file)]."""
        return [(value["value"], value["file"]) for setting in self.explain(name)["effective"]
                if (setting["unit"], setting["key"]) == (f"l4d2@{name}.service", key) for value in setting["values"]]

    def overrides(self):
        return [(found["kind"], found["key"], found["generated"], found["other"]["value"], found["other"]["file"])
                for found in self.explain()["overrides"] if found["unit"] == "l4d2@alpha.service"]

    def assert_text(self, case, name, code):
        """What is shown is what the case's file has, the exit code is that, and nothing goes to stderr."""
        done = self.run_explain(name)
        said = done.stdout.replace(unit_directory(), "@UNIT_DIR@")
        if REWRITE:
            EXPECTED.mkdir(parents=True, exist_ok=True)
            (EXPECTED / case).write_text(said)
        self.assertEqual(said, (EXPECTED / case).read_text())
        self.assertEqual((done.returncode, done.stderr), (code, ""))


class Words(Explain):
    """The whole text, byte for byte."""

    maxDiff = None

    def test_every_line_of_a_usable_file_is_followed_to_the_units(self):
        self.write("etc/left4me/left4me.conf", "[Users]\nRuntimeUser=games\n[Servers]\nStartLimitBurst=3\n")
        self.add_instance("alpha", "# the first\nL4D2_PORT=27014\n\nL4D2_LOWERDIRS=overlays/a:installation\n"
                          "L4D2_PORT=27015\nL4D2_IP=10.0.0.5\nL4D2_ARGS='+map x' \\\n'+sv_tags \"a  b\" 5% $x'\nL4D2_AUTOSTART=yes\n"
                          "L4D2_PROT=1\nnonsense\n")
        self.write(f"{SERVICE}/60-mine.conf", "[Service]\nRestart=no\nExecStartPre=/bin/sleep 1\nNice=5\n")
        self.write(f"{SERVICE}/10-early.conf", "[Service]\nRestart=always\n")
        self.reload()
        self.assert_text("usable", "alpha", 0)

    def test_a_broken_file_is_explained_line_by_line(self):
        self.add_instance("alpha", "L4D2_PORT=none\nL4D2_ARGS=-game other\n")
        self.reload()
        self.assert_text("broken", "alpha", 65)

    def test_a_retired_instance_has_what_unmounts_it(self):
        self.write("run/left4me/alpha.json", "{}")
        self.reload()
        self.assert_text("retired", "alpha", 0)


class Nothing(Explain):
    def unknown(self, name="alpha"):
        done = self.run_explain(name, "--json")
        self.assertEqual(done.returncode, 66)
        self.assertEqual(done.stderr, f"{name}: no such instance: there is no {name}/instance.env in "
                                      f"/etc/left4me/instances or /{ROOT}/instances\n")
        found = validated("explain", done.stdout)
        self.assertEqual((found["state"], found["lines"], found["settings"], found["command_line"]),
                         ("unknown", [], [], None))
        return found["reasons"]

    def test_the_directories_that_were_looked_in_are_named_with_what_they_lack(self):
        self.add_instance("beta")
        self.assertEqual(self.unknown(), ["/etc/left4me/instances: there is no such directory",
                                          f"/{ROOT}/instances: there is no directory alpha", "did you mean beta?"])

    def test_a_directory_without_the_file_and_a_file_in_the_place_of_the_directory_are_told_apart(self):
        (self.root / "etc/left4me/instances/alpha").mkdir(parents=True)
        self.write(f"{ROOT}/instances/alpha", "L4D2_PORT=1\n")
        self.assertEqual(self.unknown(), ["/etc/left4me/instances: the directory alpha has no instance.env",
                                          f"/{ROOT}/instances: alpha is no directory"])

    def test_what_systemd_still_has_of_it_is_mentioned(self):
        file = self.add_instance("alpha")
        self.reload()
        file.unlink()
        self.assertIn("systemd still has its units: l4d2ctl diff alpha shows what a reload changes", self.unknown())

    def test_an_unusable_left4me_conf_is_why_there_is_nothing(self):
        self.add_instance("alpha")
        self.write("etc/left4me/left4me.conf", "[Paths]\nRoot=relative\n")
        done = self.run_explain("alpha", "--json")
        self.assertEqual(done.returncode, 65)
        found = validated("explain", done.stdout)
        self.assertEqual(found["reasons"], ["left4me.conf cannot be used, so nothing is generated for any instance"])
        self.assertEqual([(wrong["file"], wrong["line"]) for wrong in found["diagnostics"]],
                         [("/etc/left4me/left4me.conf", 2)])

    def test_a_name_that_is_none_is_refused(self):
        self.assertEqual(self.run_explain("../alpha").returncode, 64)


class Files(Explain):
    """Files other than the generator's."""

    def setUp(self):
        super().setUp()
        self.add_instance("alpha")
        self.reload()

    def drop_ins(self):
        return [(drop_in["path"], drop_in["masked"]) for drop_in in self.explain()["units"][0]["drop_ins"]]

    def problems(self):
        return [f"{wrong['file']}: {wrong['problem']}" for wrong in self.explain()["diagnostics"]]

    def test_drop_ins_of_all_directories_apply_in_the_order_of_their_names(self):
        paths = ["/etc/systemd/system.control/l4d2@alpha.service.d/01.conf",
                 "/run/systemd/transient/l4d2@.service.d/02.conf", "/usr/lib/systemd/system/service.d/03.conf",
                 f"{unit_directory()}/l4d2@.service.d/04.conf", "/run/systemd/generator.late/l4d2@.service.d/60.conf",
                 "/usr/local/lib/systemd/system/l4d2@alpha.service.d/70.conf"]
        for path in paths:
            self.write(path[1:], "[Service]\nRestart=no\n")
        self.write(f"{SERVICE}/no-suffix", "[Service]\nRestart=no\n")
        self.assertEqual(self.drop_ins(), [(path, False) for path in [*paths[:4], OURS, *paths[4:]]])
        self.assertEqual(self.effective("Restart"), [("no", paths[-1])])

    def test_of_two_files_of_one_name_the_one_that_counts_is_read(self):
        self.write("run/systemd/system/l4d2@alpha.service.d/60.conf", "[Service]\nUser=other\n")
        self.write("etc/systemd/system/l4d2@.service.d/60.conf", "[Service]\nUser=mine\n")
        self.assertEqual(self.effective("Restart"), [("on-abnormal", OURS)])
        self.assertEqual([path for path, _ in self.drop_ins()],
                         [OURS, "/etc/systemd/system/l4d2@.service.d/60.conf"])

    def test_an_own_command_line_takes_the_place_of_the_generated_one(self):
        path = self.write(f"{SERVICE}/60.conf", "[Service]\nExecStart=\nExecStart=/bin/echo 'a b' \\\n  %% c\n")
        path = f"/{path.relative_to(self.root)}"
        found = self.explain()
        self.assertEqual((found["command_line"], found["command_line_as_written"]),
                         (["/bin/echo", "a b", "%", "c"], False))
        self.assertEqual([(kind, key, file) for kind, key, _, _, file in self.overrides()],
                         [("removed", "ExecStart", path), ("added", "ExecStart", path)])

    def test_a_second_command_line_is_what_systemd_refuses(self):
        self.write(f"{SERVICE}/60.conf", "[Service]\nExecStart=/bin/echo\n")
        self.assertEqual(self.problems(), [f"/{SERVICE}/60.conf: this is a second ExecStart=, and systemd refuses a "
                                           "service that has two"])

    def test_a_command_line_with_specifiers_is_shown_as_it_is_written(self):
        self.write(f"{SERVICE}/60.conf", "[Service]\nExecStart=\nExecStart=/bin/echo %i $x\n")
        found = self.explain()
        self.assertEqual((found["command_line"], found["command_line_as_written"]), (["/bin/echo", "%i", "$x"], True))

    def test_what_is_cleared_and_replaced_and_in_vain_is_told_apart(self):
        self.write(f"{SERVICE}/10.conf", "[Service]\nRestart=always\n")
        self.write(f"{SERVICE}/60.conf", "[Service]\nBindPaths=\nBindPaths=/a\nWorkingDirectory=/tmp\n")
        of_60 = f"/{SERVICE}/60.conf"
        self.assertEqual(sorted(self.overrides()), sorted([
            ("ineffective", "Restart", "on-abnormal", "always", f"/{SERVICE}/10.conf"),
            ("added", "BindPaths", None, "/a", of_60),
            ("removed", "BindPaths", f'"-/{ROOT}/runtime/alpha"', "", of_60),
            ("replaced", "WorkingDirectory", "-/merged/left4dead2", "/tmp", of_60)]))

    def test_a_masked_drop_in_of_ours_is_named_and_the_template_stays(self):
        path = self.root / SERVICE / "50-left4me.conf"
        path.parent.mkdir(parents=True)
        path.symlink_to("/dev/null")
        self.assertEqual(self.drop_ins(), [(f"/{SERVICE}/50-left4me.conf", True)])
        self.assertEqual(self.problems(),
                         [f"/{SERVICE}/50-left4me.conf: it takes the place of {OURS}, which is not read"])
        self.assertEqual(self.explain()["command_line"], ["/bin/false"])

    def test_a_unit_that_is_masked_or_replaced_is_no_longer_the_templates(self):
        path = self.root / "etc/systemd/system/l4d2@alpha.service"
        path.parent.mkdir(parents=True)
        path.symlink_to("/dev/null")
        found = self.explain()
        self.assertEqual((found["units"][0]["fragment"]["masked"], found["command_line"]), (True, None))
        path.unlink()
        path.write_text("")
        self.assertTrue(self.explain()["units"][0]["fragment"]["masked"])
        path.write_text("[Service]\nBindPaths=/mine\n")
        self.assertEqual(self.explain()["units"][0]["fragment"],
                         {"path": "/etc/systemd/system/l4d2@alpha.service", "generated": False, "masked": False})
        self.assertEqual(self.effective("BindPaths")[0][0], "/mine")

    def test_the_mount_unit_has_the_drop_ins_of_its_name_cut_at_the_dashes(self):
        mount = "var-lib-left4me-runtime-alpha-merged.mount"
        directories = [f"{mount}.d", "var-lib-left4me-runtime-.mount.d", "var-.mount.d", "mount.d"]
        for number, directory in enumerate(reversed(directories)):
            self.write(f"etc/systemd/system/{directory}/{number}.conf", f"[Unit]\nStartLimitBurst={number}\n")
        unit = self.explain()["units"][1]
        self.assertEqual([Path(drop_in["path"]).parent.name for drop_in in unit["drop_ins"]], directories[::-1])
        self.assertEqual(unit["fragment"]["path"], f"/run/systemd/generator/{mount}")

    def test_files_that_are_none_and_large_ones_are_not_waited_for(self):
        directory = self.root / SERVICE
        directory.mkdir(parents=True)
        os.mkfifo(directory / "70-fifo.conf")
        (directory / "80-directory.conf").mkdir()
        self.write(f"{SERVICE}/90-large.conf", "#" * (1024 * 1024 + 1))
        self.assertEqual(self.problems(), [f"/{SERVICE}/70-fifo.conf: not a regular file",
                                           f"/{SERVICE}/90-large.conf: larger than 1048576 bytes"])

    def test_no_link_leads_out_of_the_tree(self):
        directory = self.root / SERVICE
        directory.parent.mkdir(parents=True)
        directory.symlink_to("/usr/lib/systemd")
        self.write("usr/lib/systemd/60.conf", "[Service]\nRestart=no\n")
        self.assertEqual(self.effective("Restart"), [("no", f"/{SERVICE}/60.conf")])

    def test_units_of_before_the_last_edit_are_not_taken_for_what_is_made_now(self):
        self.assertFalse(self.explain()["reload_needed"])
        self.add_instance("alpha", USABLE.replace("27015", "27099"))
        found = self.explain()
        self.assertTrue(found["reload_needed"])
        self.assertEqual(found["command_line"][-1], "27099")


class Hostile(Explain):
    def test_what_a_terminal_would_take_for_a_command_is_escaped_and_json_is_json(self):
        for name in ("escape", "delete", "c1-control", "line-separator", "byte-ff", "cut-off-character", "surrogate"):
            with self.subTest(name):
                self.add_instance("alpha", "").write_bytes(HOSTILE[f"layers-{name}"])
                text = run_l4d2ctl("explain", f"--root={self.root}", "alpha", errors="surrogateescape").stdout
                self.assertFalse(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))
                done = self.run_explain("alpha", "--json")
                self.assertEqual((done.returncode, validated("explain", done.stdout)["state"]), (65, "unusable"))
