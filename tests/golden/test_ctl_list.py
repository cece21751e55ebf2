"""l4d2ctl list on trees: what it shows where there is no systemd to ask."""

import json
import os
import pty
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.golden.l4d2ctl import l4d2ctl, read_json, run_l4d2ctl
from tests.golden.test_golden import CASES, run_generator

ROOT = "var/lib/left4me"
USABLE = "L4D2_LOWERDIRS=overlays/x:installation\nL4D2_PORT=27015\n"


class Tree(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def add_instance(self, name, text=USABLE):
        return self.write(f"{ROOT}/instances/{name}/instance.env", text)

    def reload(self):
        output = self.root / "run/systemd/generator"
        subprocess.run(["rm", "-rf", output], check=True)
        output.mkdir(parents=True)
        self.assertEqual(run_generator(f"--root={self.root}", output).returncode, 0)

    def servers(self, *arguments):
        return {server["name"]: server
                for server in read_json("list", f"--root={self.root}", *arguments)["instances"]}

    def table(self, *arguments):
        done = run_l4d2ctl("list", f"--root={self.root}", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout


class List(Tree):
    def test_a_tree_has_no_systemd_to_ask(self):
        self.add_instance("alpha")
        said = read_json("list", f"--root={self.root}")
        self.assertEqual((said["systemd"], said["complete"]), (False, True))
        alpha, = said["instances"]
        self.assertEqual((alpha["state"], alpha["service"], alpha["mounted"], alpha["needs_reload"]),
                         ("?", None, None, None))
        self.assertEqual((alpha["port"], alpha["layers"]), (27015, [f"/{ROOT}/overlays/x", f"/{ROOT}/installation"]))
        self.assertEqual(alpha["file"], f"/{ROOT}/instances/alpha/instance.env")

    def test_the_address_is_listed_and_shown_where_it_is_not_all_of_them(self):
        self.add_instance("alpha")
        self.add_instance("beta", USABLE + "L4D2_IP=10.0.0.5\n")
        self.add_instance("gamma", "L4D2_PORT=none\n")
        self.assertEqual({name: (server["address"], server["running_address"]) for name, server in self.servers().items()},
                         {"alpha": ("0.0.0.0", None), "beta": ("10.0.0.5", None), "gamma": (None, None)})
        self.assertRegex(self.table(), r"(?m)^alpha .* 27015 ")
        self.assertRegex(self.table(), r"(?m)^beta .* 10\.0\.0\.5:27015 ")

    def test_what_left4me_watch_says_is_listed_and_shown_and_harms_nothing(self):
        hostile = '\x1b[31m"\n{x="y"}'
        for name, map_name, silence in (("alpha", "c1m1_hotel", 0), ("beta", hostile, 95)):
            self.add_instance(name)
            self.write(f"run/left4me-watch/{name}.json", json.dumps(
                {"instance": name, "map": map_name, "players": 2, "bots": 1, "slots": 8,
                 "answered": "2026-11-30T20:00:00.123456Z", "silent_seconds": silence, "health": "watch"}))
        self.add_instance("gamma")
        self.assertEqual({name: server["watch"] and (server["watch"]["map"], server["watch"]["silent_seconds"])
                          for name, server in self.servers().items()},
                         {"alpha": ("c1m1_hotel", 0), "beta": (hostile, 95), "gamma": None})
        table = self.table()
        self.assertRegex(table, r"(?m)^alpha .* 27015 +2/8 +c1m1_hotel ")
        self.assertRegex(table, r'(?m)^beta .* 27015 +silent 95s \\x1b\[31m"\\x0a\{x="y"\} ')
        self.assertNotIn("\x1b", table)

    def test_an_answer_that_cannot_be_used_is_none_and_without_any_no_column_is_shown(self):
        self.add_instance("alpha")
        self.assertNotIn("PLAYERS", self.table())
        elsewhere = self.write("run/left4me-watch/elsewhere", "{}")
        (self.root / "run/left4me-watch/alpha.json").symlink_to(elsewhere)
        self.assertIsNone(self.servers()["alpha"]["watch"])
        self.assertNotIn("PLAYERS", self.table())

    def test_an_instance_that_is_called_as_a_unit_is_not_listed_unless_it_is_mounted(self):
        self.add_instance("alpha.service")
        self.assertEqual(self.servers(), {})
        self.write("run/left4me/alpha.service.json", "{}")
        self.reload()
        self.assertEqual(self.servers()["alpha.service"]["state"], "retired")
        self.assertIn("it is mounted, and its name ends in .service, as no instance's may any more: rename its directory, "
                      "or systemctl stop l4d2@alpha.service.service, which unmounts it",
                      " ".join(self.table().split()))

    def test_such_a_name_is_refused_on_the_command_line_with_the_reason(self):
        for verb in ("list", "explain", "diff", "layers"):
            done = run_l4d2ctl(verb, f"--root={self.root}", "a.mount")
            self.assertEqual((done.returncode, done.stdout), (64, ""))
            self.assertIn("an instance's name is one that does not end in .mount, since systemctl takes l4d2@a.mount for "
                          "another unit", done.stderr)

    def test_a_broken_one_says_what_is_wrong_first(self):
        self.add_instance("alpha", "L4D2_PORT=none\n")
        problem = (f"/{ROOT}/instances/alpha/instance.env:1: L4D2_LOWERDIRS is missing: "
                   "add a line such as L4D2_LOWERDIRS=overlays/NAME:installation")
        self.assertEqual(self.servers()["alpha"]["problem"], problem)
        self.assertEqual(self.table(), "NAME  STATE  SINCE RST BOOT PORT LYRS MNT MEMORY UPPER NEEDS\n"
                                       "alpha broken     -   - -       -    - ?        -     - ?\n"
                                       f"    {problem}\n")

    def test_every_golden_tree_that_can_be_read_is_listed(self):
        for case in sorted(CASES.iterdir()):
            if case.name == "unusable-host-configuration":
                continue
            with self.subTest(case.name):
                said = read_json("list", f"--root={case / 'root'}")
                drop_ins = {path.name for path in (case / "expected/units").glob("l4d2@*.service.d")}
                self.assertEqual({f"l4d2@{server['name']}.service.d" for server in said["instances"]
                                  if server["state"] != "refused"}, drop_ins)

    def test_an_unusable_left4me_conf_is_no_empty_list(self):
        case = CASES / "unusable-host-configuration"
        done = run_l4d2ctl("list", f"--root={case / 'root'}")
        self.assertEqual((done.returncode, done.stdout), (65, ""))
        self.assertEqual(done.stderr, (case / "expected/messages").read_text())

    def test_a_change_waits_for_a_reload_until_there_is_one(self):
        for name in ("changed", "added", "same", "mended", "gone", "broken", "auto"):
            self.add_instance(name, "" if name == "mended" else USABLE)
        (self.root / f"{ROOT}/instances/added/instance.env").unlink()
        self.reload()
        self.assertEqual({server["needs_reload"] for server in self.servers().values()}, {False})

        self.add_instance("changed", USABLE.replace("27015", "27016"))
        self.add_instance("added")
        self.add_instance("mended")
        self.add_instance("broken", "nonsense\n")
        self.add_instance("same", f"# Only this is new.\n{USABLE}")
        self.add_instance("auto", f"{USABLE}L4D2_AUTOSTART=yes\n")
        (self.root / f"{ROOT}/instances/gone/instance.env").unlink()
        servers = self.servers()
        self.assertEqual({name for name, server in servers.items() if server["needs_reload"]}, {*servers} - {"same"})
        self.assertEqual((servers["gone"]["state"], servers["gone"]["file"]), ("missing", None))

        self.reload()
        servers = self.servers()
        self.assertEqual({server["needs_reload"] for server in servers.values()}, {False})
        self.assertNotIn("gone", servers)

    def test_layers_alone_are_a_reason_to_reload(self):
        self.add_instance("alpha")
        self.reload()
        self.add_instance("alpha", USABLE.replace("overlays/x", "overlays/y"))
        self.assertTrue(self.servers()["alpha"]["needs_reload"])

    def test_a_record_of_a_mount_without_a_file_is_a_retired_server(self):
        self.write("run/left4me/alpha.json", "{}")
        alpha = self.servers()["alpha"]
        self.assertEqual((alpha["state"], alpha["file_state"], alpha["file"]), ("retired", "retired", None))
        self.assertIn("systemctl stop l4d2@alpha", alpha["why"])

    def test_who_starts_at_boot_is_who_the_file_or_systemctl_says(self):
        self.add_instance("auto", f"{USABLE}L4D2_AUTOSTART=yes\n")
        for name in ("enabled", "masked", "neither"):
            self.add_instance(name)
        units = self.root / "etc/systemd/system"
        (units / "l4d2.target.wants").mkdir(parents=True)
        for name in ("enabled", "nothing"):
            (units / f"l4d2.target.wants/l4d2@{name}.service").symlink_to("/lib/systemd/system/l4d2@.service")
        (units / "l4d2@masked.service").symlink_to("/dev/null")
        servers = self.servers()
        self.assertEqual({name: [server[key] for key in ("autostart", "enabled", "masked")]
                          for name, server in servers.items()},
                         {"auto": [True, False, False], "enabled": [False, True, False],
                          "masked": [False, False, True], "neither": [False, False, False],
                          "nothing": [False, True, False]})
        self.assertEqual(servers["nothing"]["file_state"], "missing")
        self.assertEqual([re.split(" +", line)[4] for line in self.table().splitlines()
                          if not line.startswith(" ")], ["BOOT", "auto", "yes", "never", "-", "yes"])

    def test_names_choose(self):
        for name in ("alpha", "beta", "gamma"):
            self.add_instance(name)
        self.assertEqual(sorted(self.servers("gamma", "alpha")), ["alpha", "gamma"])

    def test_a_name_that_nobody_has_is_an_error_and_the_others_are_shown(self):
        self.add_instance("alpha")
        done = run_l4d2ctl("list", f"--root={self.root}", "alpha", "beta")
        self.assertEqual(done.returncode, 66)
        self.assertEqual(done.stderr, "beta: no such instance: there is no beta/instance.env in "
                                      f"/etc/left4me/instances or /{ROOT}/instances\n")
        self.assertIn("\nalpha ", done.stdout)

    def test_nothing_is_a_table_without_rows(self):
        done = run_l4d2ctl("list", f"--root={self.root}")
        self.assertEqual((done.returncode, done.stdout),
                         (0, "NAME STATE SINCE RST BOOT PORT LYRS MNT MEMORY UPPER NEEDS\n"))
        self.assertEqual(done.stderr, "there are no instances: none has an instance.env in "
                                      f"/etc/left4me/instances or /{ROOT}/instances\n")

    def test_two_servers_on_one_port_are_named_on_both(self):
        self.add_instance("alpha")
        self.add_instance("beta")
        servers = self.servers()
        for name, other in (("alpha", "beta"), ("beta", "alpha")):
            self.assertEqual(servers[name]["why"], f"/{ROOT}/instances/{name}/instance.env:2: port 27015 is also that "
                                                   f"of {other}: give each server a port of its own")

    def test_the_first_warning_about_a_file_is_listed(self):
        self.add_instance("alpha", f"{USABLE}L4D2_PROT=27016\nOTHER=1\n")
        alpha = self.servers()["alpha"]
        said = (f"/{ROOT}/instances/alpha/instance.env:3: unknown key 'L4D2_PROT' is ignored: remove it, or did you mean "
                "L4D2_PORT?")
        self.assertEqual((alpha["file_warning"], alpha["why"]), (said, said))
        self.assertIn(f"\n    {said}\n", self.table())

    def test_everything_that_is_wrong_has_a_line(self):
        self.add_instance("alpha", f"{USABLE}OTHER=1\n")
        self.add_instance("beta")
        self.assertEqual([line[:4] for line in self.table().splitlines()], ["NAME", "alph", "    ", "    ", "beta", "    "])

    def test_the_port_of_a_command_of_its_own_is_its_port(self):
        """Wherever systemd reads units from."""
        for number, directory in enumerate(("etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system",
                                            "etc/systemd/system.control")):
            name = f"alpha{number}"
            self.add_instance(name)
            self.write(f"{directory}/l4d2@{name}.service.d/own.conf",
                       f"[Service]\nExecStart=\nExecStart=/{ROOT}/runtime/{name}/merged/srcds_run -port 2800{number}\n")
        self.write("lib/systemd/system/l4d2@.service", "[Service]\nExecStart=/bin/false\n")
        self.reload()
        for number in range(4):
            server = self.servers()[f"alpha{number}"]
            self.assertEqual((server["port"], server["command_port"]), (27015, 28000 + number))
            self.assertIn(f"its port is 2800{number} by an ExecStart= of its own, and not the 27015 of its instance.env",
                          server["why"])
        self.assertRegex(self.table(), r"(?m)^alpha0 \S+ .* 28000 ")

    def test_a_mask_counts_where_it_comes_first(self):
        for name in ("masked", "unmasked"):
            self.add_instance(name)
        for directory in ("etc/systemd/system", "usr/local/lib/systemd/system"):
            (self.root / directory).mkdir(parents=True)
        (self.root / "usr/local/lib/systemd/system/l4d2@masked.service").symlink_to("/dev/null")
        (self.root / "usr/local/lib/systemd/system/l4d2@unmasked.service").symlink_to("/dev/null")
        self.write("etc/systemd/system/l4d2@unmasked.service", "[Service]\nExecStart=/bin/true\n")
        servers = self.servers()
        self.assertEqual((servers["masked"]["masked"], servers["unmasked"]["masked"]), (True, False))

    def test_nothing_starts_at_boot_while_the_target_is_masked(self):
        self.add_instance("auto", f"{USABLE}L4D2_AUTOSTART=yes\n")
        units = self.root / "etc/systemd/system"
        units.mkdir(parents=True)
        (units / "l4d2.target").symlink_to("/dev/null")
        self.assertTrue(read_json("list", f"--root={self.root}")["target_masked"])
        done = run_l4d2ctl("list", f"--root={self.root}")
        self.assertIn(" never ", done.stdout)
        self.assertEqual(done.stderr, "l4d2.target is masked, so no server is started at boot: systemctl unmask l4d2.target, "
                                      "and then systemctl start l4d2.target\n")

    def test_a_name_may_be_a_units(self):
        self.add_instance("alpha")
        for name in ("l4d2@alpha", "l4d2@alpha.service"):
            self.assertEqual(list(self.servers(name)), ["alpha"])

    def test_whoever_stops_reading_hears_nothing(self):
        self.add_instance("alpha")
        done = subprocess.run(["/bin/sh", "-c", f"'{l4d2ctl()}' explain alpha '--root={self.root}' | head -c 1"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.stdout, done.stderr), ("a", ""))


class Upper(Tree):
    def fill(self, name, files):
        self.add_instance(name)
        for number in range(files):
            self.write(f"{ROOT}/runtime/{name}/upper/left4dead2/{number}", "x" * 5000)

    def test_what_servers_wrote_is_measured(self):
        self.fill("alpha", 3)
        self.add_instance("beta")
        servers = self.servers()
        self.assertEqual((servers["alpha"]["upper"]["files"], servers["alpha"]["upper"]["complete"]), (3, True))
        top = self.root / f"{ROOT}/runtime/alpha/upper"
        self.assertEqual(servers["alpha"]["upper"]["bytes"],
                         sum(path.stat().st_blocks * 512 for path in [top, *top.rglob("*")]))
        self.assertIsNone(servers["beta"]["upper"])

    def test_a_list_does_not_wait_for_millions_of_files_unless_it_is_told_to(self):
        self.fill("a", 6500)
        self.fill("b", 1)
        servers = self.servers()
        self.assertFalse(servers["a"]["upper"]["complete"])
        self.assertLess(servers["a"]["upper"]["files"], 3000)
        self.assertRegex(self.table(), r"(?m)^a .*\d+M\+ \S+$")
        # Whose files are many has not used up what there is for others.
        self.assertEqual((servers["b"]["upper"]["files"], servers["b"]["upper"]["complete"]), (1, True))
        servers = self.servers("--sizes")
        self.assertEqual([(servers[name]["upper"]["files"], servers[name]["upper"]["complete"]) for name in ("a", "b")],
                         [(6500, True), (1, True)])

    def test_of_more_servers_than_the_manual_page_names_no_upper_is_measured(self):
        for number in range(1, 142):
            self.write(f"{ROOT}/runtime/{number}/upper/file", "x")
        self.fill("alpha", 3)
        self.assertEqual(self.servers()["alpha"]["upper"]["files"], 3)
        self.write(f"{ROOT}/runtime/142/upper/file", "x")
        self.assertRegex(self.table(), r"(?m)^alpha .* \? \S+$")
        self.assertEqual(self.servers("--sizes")["alpha"]["upper"]["files"], 3)
        self.assertEqual(self.servers("alpha")["alpha"]["upper"]["files"], 3)

    def test_an_upper_that_is_a_link_is_none(self):
        self.fill("alpha", 1)
        (self.root / f"{ROOT}/runtime/beta").mkdir()
        (self.root / f"{ROOT}/runtime/beta/upper").symlink_to("../alpha/upper")
        self.add_instance("beta")
        self.assertIsNone(self.servers()["beta"]["upper"])


class Terminal(Tree):
    def on_terminal(self, columns=80, **environment):
        """What a terminal of so many columns is sent."""
        controller, terminal = pty.openpty()
        subprocess.run(["stty", "-F", os.ttyname(terminal), "cols", str(columns), "-onlcr"], check=True)
        subprocess.run([l4d2ctl(), "list", f"--root={self.root}"], stdout=terminal, check=True, timeout=60,
                       env={"TERM": "xterm", "PATH": os.environ["PATH"]} | environment)
        os.close(terminal)
        sent = b""
        try:
            while block := os.read(controller, 65536):
                sent += block
        except OSError:
            # All of it was read, and nobody has the terminal open.
            pass
        os.close(controller)
        return sent.decode()

    def setUp(self):
        super().setUp()
        self.add_instance("n" * 63, "nonsense\n")

    def test_it_fits_80_columns_in_colours(self):
        sent = self.on_terminal()
        self.assertIn("\x1b[1;31mbroken\x1b[0m", sent)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", sent)
        self.assertIn("…", plain)
        # One path is longer than a line, and is not broken.
        self.assertLessEqual(max(len(line) for line in plain.splitlines() if "/instance.env" not in line), 80)

    def test_whoever_wants_no_colours_gets_none(self):
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b", self.on_terminal(**environment))

    def test_a_wide_terminal_shows_whole_names(self):
        self.assertIn("n" * 63, self.on_terminal(columns=200, NO_COLOR="1"))
        self.assertNotIn("…", self.on_terminal(columns=200))
