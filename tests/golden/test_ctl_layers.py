"""l4d2ctl layers on trees, for anybody: the stack, where files come from, what has drifted, and what it says."""

import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path

from tests.golden.l4d2ctl import read_json, run_l4d2ctl

STATE_ROOT = "var/lib/left4me"
# Whoever runs the tests owns what they make; as root it can be given to somebody.
RUNTIME_UID, SANDBOX_UID = (61001, 61002) if os.getuid() == 0 else (os.getuid() + 1, os.getuid())


class TreeCase(unittest.TestCase):
    """alpha has written something; beta has not been started yet."""

    def setUp(self):
        self.top = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        self.root = self.top / STATE_ROOT
        self.write("etc/passwd", f"left4me:x:{RUNTIME_UID}:{RUNTIME_UID}::/:/bin/false\n"
                                 f"l4d2-sandbox:x:{SANDBOX_UID}:{SANDBOX_UID}::/:/bin/false\n")
        self.put("installation", "srcds_run", "game\n")
        self.put("installation", "left4dead2/cfg/server.cfg", "the game's\n")
        self.put("overlays/addon", "left4dead2/cfg/server.cfg", "the addon's\n")
        if os.getuid() == 0:
            os.chown(self.root / "overlays/addon", SANDBOX_UID, SANDBOX_UID)
            os.chown(self.root / "overlays/addon/left4dead2/cfg/server.cfg", SANDBOX_UID, SANDBOX_UID)
        self.put("runtime/alpha/upper", "left4dead2/logs/1.log", "log\n")
        for name in ("alpha", "beta"):
            self.write_env(name)

    def write(self, path, text):
        path = self.top / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def put(self, layer, name, text):
        return self.write(f"{STATE_ROOT}/{layer}/{name}", text)

    def write_env(self, name, layers="overlays/addon:installation"):
        self.write(f"{STATE_ROOT}/instances/{name}/instance.env", f"L4D2_LOWERDIRS={layers}\nL4D2_PORT=27015\n")

    def run_layers(self, *arguments):
        return run_l4d2ctl("layers", f"--root={self.top}", *arguments)

    def ask(self, *arguments):
        return {one["name"]: one for one in read_json("layers", f"--root={self.top}", *arguments)["instances"]}

    def assert_said(self, status, words, *arguments):
        done = self.run_layers(*arguments)
        self.assertEqual((done.returncode, words in done.stderr), (status, True), done.stderr)
        return done.stdout


class TheStack(TreeCase):
    def test_it_is_shown_from_the_top_with_sizes_owners_and_the_id_map(self):
        shown = self.run_layers("alpha").stdout.splitlines()
        self.assertEqual(shown[0], "alpha:")
        self.assertEqual(shown[1].split(), ["SIZE", "FILES", "OWNER", "PATH"])
        rows = [line.split() for line in shown[2:]]
        self.assertEqual([(row[0], row[2], row[-1]) for row in (rows[0], rows[1], rows[3])],
                         [("upper", "1", "/var/lib/left4me/runtime/alpha/upper"),
                          ("1", "1", "/var/lib/left4me/overlays/addon"),
                          ("2", "2", "/var/lib/left4me/installation")])
        self.assertEqual((rows[1][3], " ".join(rows[2])), ("l4d2-sandbox", "ids of l4d2-sandbox shown as left4me's"))

    def test_programs_get_bytes_and_ids(self):
        alpha = self.ask()["alpha"]
        used = sum(path.lstat().st_blocks * 512 for path in (self.root / "installation", *(
            self.root / "installation").rglob("*")))
        self.assertEqual(alpha["layers"][1]["size"], {"bytes": used, "files": 2, "complete": True})
        self.assertEqual(alpha["layers"][0]["id_map"], {"swapped_uids": [SANDBOX_UID, RUNTIME_UID],
                                                        "swapped_gids": [SANDBOX_UID, RUNTIME_UID]})
        self.assertEqual((alpha["merged"], alpha["mounted_at"]), ("unknown", None))

    def test_an_instance_that_never_ran_has_no_upper(self):
        self.assertIsNone(self.ask()["beta"]["upper"])
        self.assertIn("nothing written yet", self.run_layers("beta").stdout)

    def test_a_layer_is_wrong_in_the_helpers_words_and_the_others_are_shown(self):
        (self.root / "overlays/link").symlink_to("addon")
        self.put("overlays", "file", "")
        self.write_env("alpha", "overlays/gone:overlays/link:overlays/file:installation")
        layers = self.ask("alpha")["alpha"]["layers"]
        place = "/var/lib/left4me/instances/alpha/instance.env:1: the layer '/var/lib/left4me/overlays"
        self.assertEqual([layer["problem"] for layer in layers], [
            f"{place}/gone' does not exist: correct its name in L4D2_LOWERDIRS, create it, or take it out",
            f"{place}/link' has a symbolic link in its path below the allowed directory: name the directory itself",
            f"{place}/file' is not a directory: take it out of L4D2_LOWERDIRS", None])
        self.assertIn("does not exist: correct its name", self.run_layers("alpha").stdout)

    def test_an_upper_inside_a_layer_is_a_problem_of_the_whole(self):
        self.write("etc/left4me/left4me.conf", "[Paths]\nLayerRoots=runtime/*:installation\n")
        self.write_env("alpha", "runtime/alpha:installation")
        self.assertIn("lies inside the layer", " ".join(self.ask("alpha")["alpha"]["problems"]))

    def test_an_unusable_instance_is_said_and_the_others_are_shown(self):
        self.write_env("alpha", "../elsewhere")
        shown = self.assert_said(65, "instance.env:1: the layer '../elsewhere' has a '..': write the path without it")
        self.assertIn("beta:", shown)
        self.assertNotIn("alpha:", shown)

    def test_an_unknown_name_is_said_and_the_others_are_shown(self):
        shown = self.assert_said(66, "gamma: no such instance: there is no gamma/instance.env in "
                                     "/etc/left4me/instances or /var/lib/left4me/instances", "gamma", "alpha")
        self.assertIn("alpha:", shown)

    def test_a_bad_left4me_conf_is_said(self):
        self.write("etc/left4me/left4me.conf", "[Paths]\nRoot=relative\n")
        self.assert_said(65, "/etc/left4me/left4me.conf:2:")

    def test_users_that_do_not_exist_are_said(self):
        self.write("etc/passwd", "")
        shown = self.assert_said(0, "there is no user l4d2-sandbox: create it with systemd-sysusers, or set "
                                    "SandboxUser= in left4me.conf")
        self.assertNotIn("ids of", shown)

    def test_a_tree_without_a_state_root_is_said(self):
        shutil.move(self.root / "instances", self.top / "etc/left4me/instances")
        shutil.rmtree(self.root)
        self.assertIn("No such file or directory", self.ask("alpha")["alpha"]["layers"][0]["problem"])


class OneFile(TreeCase):
    CFG = "left4dead2/cfg/server.cfg"

    def test_the_topmost_provides_it_and_hides_the_others(self):
        shown = self.run_layers(f"--file={self.CFG}", "alpha").stdout.splitlines()
        self.assertEqual(shown[:2], [f"alpha: {self.CFG}", "from    /var/lib/left4me/overlays/addon"])
        self.assertRegex(shown[2],
                         r"^        file, 12B, left4me's \(l4d2-sandbox's on the disk\), 0\d{3}, changed \d{4}-")
        self.assertEqual(shown[3], "hides   /var/lib/left4me/installation")

    def test_a_directory_is_of_all_that_have_it(self):
        alpha = self.ask("--file=left4dead2")["alpha"]
        self.assertEqual([provider["layer"] for provider in alpha["providers"]],
                         [f"/var/lib/left4me/{layer}" for layer in ("runtime/alpha/upper", "overlays/addon",
                                                                    "installation")])
        self.assertEqual(alpha["hides"], [])
        beta = self.ask("--file=.")["beta"]
        self.assertEqual([provider["upper"] for provider in beta["providers"]], [False, False])

    def test_an_absolute_path_names_its_instance(self):
        path = f"/var/lib/left4me/runtime/beta/merged/{self.CFG}"
        self.assertEqual(list(self.ask(f"--file={path}")), ["beta"])
        self.assertEqual(self.ask("--file=./left4dead2//cfg/server.cfg")["beta"]["path"], self.CFG)
        self.assert_said(64, "is a file of beta: name no other instance", f"--file={path}", "alpha")

    def test_a_path_that_is_none_in_merged_is_refused(self):
        self.assert_said(64, "'a/../b' has a '..': write the path without it", "--file=a/../b")
        self.assert_said(64, "is not below /var/lib/left4me/runtime/NAME/merged", "--file=/etc/passwd")
        self.assert_said(64, "excludes", "--file=a", "--drift")

    def test_what_exists_nowhere_ends_with_66(self):
        self.assertEqual(self.run_layers("--file=nowhere").returncode, 66)
        self.assertIn("alpha: nowhere\nnowhere does not exist\n", self.run_layers("--file=nowhere").stdout)
        self.assertEqual(self.run_layers("--file=srcds_run/below").returncode, 66)
        # beta does not have it.
        self.assertEqual(self.run_layers("--file=left4dead2/logs/1.log").returncode, 0)
        self.assertEqual(self.run_layers("--file=left4dead2/logs/1.log", "beta").returncode, 66)

    def test_a_symlink_on_the_way_is_not_followed_but_its_end_is_named(self):
        links = self.root / "runtime/alpha/upper/left4dead2"
        for name, target, ask in (("up", "../left4dead2/cfg", "ask for left4dead2/cfg/server.cfg"),
                                  ("here", "cfg", "ask for left4dead2/cfg/server.cfg"),
                                  ("inside", "/var/lib/left4me/runtime/alpha/merged/x", "ask for x/server.cfg"),
                                  ("outside", "/etc", "ask for the path that it leads to"),
                                  ("above", "../..", "ask for the path that it leads to"),
                                  ("through", "cfg/../cfg", "ask for the path that it leads to")):
            with self.subTest(target):
                (links / name).symlink_to(target)
                shown = self.run_layers(f"--file=left4dead2/{name}/server.cfg", "alpha").stdout
                self.assertIn(f"left4dead2/{name} is a symlink to {target} in /var/lib/left4me/runtime/alpha/upper: "
                              f"{ask}\n", shown)

    def test_a_file_hides_the_directories_below_and_says_so(self):
        self.put("runtime/alpha/upper", "left4dead2/addons", "no directory\n")
        self.put("installation", "left4dead2/addons/map.vpk", "map\n")
        shown = self.run_layers("--file=left4dead2/addons/map.vpk", "alpha")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("left4dead2/addons is no directory in /var/lib/left4me/runtime/alpha/upper\n"
                      "hidden  /var/lib/left4me/installation\n", shown.stdout)

    def test_names_that_would_rule_a_terminal_are_escaped(self):
        name = "left4dead2/\x1b[2J\nalpha: mounted"
        self.put("installation", name, "")
        (self.root / "installation/left4dead2/link").symlink_to("\x1b]0;title\x07")
        for path in (name, "left4dead2/link"):
            done = self.run_layers(f"--file={path}", "alpha")
            self.assertNotIn("\x1b", done.stdout + done.stderr)
            self.assertEqual(len(done.stdout.splitlines()), 3)

    def test_names_of_any_bytes_and_length_are_looked_up(self):
        self.put("installation", os.fsdecode(b"caf\xe9"), "")
        self.assertEqual(self.ask(os.fsdecode(b"--file=caf\xe9"))["alpha"]["path"], "caf\ufffd")
        self.assertEqual(self.run_layers("--file=" + "n" * 300, "alpha").returncode, 66)


class Drift(TreeCase):
    def drift(self):
        return {item["path"]: item for item in self.ask("--drift", "alpha")["alpha"]["drift"]}

    def put_later(self, layer, name, text):
        """So that its times are later than those of all there is."""
        before = max(path.lstat().st_ctime_ns for path in self.root.rglob("*"))
        deadline = time.monotonic() + 10
        while self.put(layer, name, text).stat().st_ctime_ns <= before:
            self.assertLess(time.monotonic(), deadline, "the clock stands still")

    def test_a_file_that_changed_below_a_copy_is_reported_once(self):
        self.put("runtime/alpha/upper", "left4dead2/cfg/server.cfg", "the server's\n")
        self.assertEqual(self.drift(), {})
        self.put_later("installation", "left4dead2/cfg/server.cfg", "hidden by the addon's\n")
        self.assertEqual(self.drift(), {})
        self.put_later("overlays/addon", "left4dead2/cfg/server.cfg", "new\n")
        item, = self.drift().values()
        self.assertEqual((item["kind"], item["layer"], item["compared"]),
                         ("file", "/var/lib/left4me/overlays/addon", True))
        self.assertIn("    stop l4d2@alpha and remove /var/lib/left4me/runtime/alpha/upper/left4dead2/cfg/server.cfg "
                      "to get the layer's file\n", self.run_layers("--drift", "alpha").stdout)

    def test_files_of_several_blocks_are_compared_to_the_end(self):
        long = "x" * 300_000
        self.put("runtime/alpha/upper", "same", long + "a")
        self.put("runtime/alpha/upper", "other", long + "a")
        self.put_later("installation", "same", long + "a")
        self.put_later("installation", "other", long + "b")
        self.assertEqual(list(self.drift()), ["other"])

    def test_holes_are_as_good_as_zeros_and_are_not_read(self):
        """With a byte at the end of a TiB: to read it all would take an hour, and more than is compared."""
        def put_sparse(directory, name, size, end=b""):
            self.put_later(directory, name, "")
            with open(self.root / directory / name, "r+b") as file:
                file.truncate(size)
                file.seek(size - len(end))
                file.write(end)

        for directory, end in (("runtime/alpha/upper", b"a"), ("installation", b"b")):
            put_sparse(directory, "same", 1 << 40, b"a")
            put_sparse(directory, "other", 1 << 40, end)
            put_sparse(directory, "hole", 1 << 40)
        self.put("runtime/alpha/upper", "zeros", "\0" * 300_000)
        put_sparse("installation", "zeros", 300_000)
        self.put("runtime/alpha/upper", "data", "\0" * 299_999 + "a")
        put_sparse("installation", "data", 300_000)
        self.assertEqual({path: item["compared"] for path, item in self.drift().items()}, {"other": True, "data": True})

    def test_nothing_but_regular_files_is_compared(self):
        for make, name in ((os.mkfifo, "fifo"), (lambda path: path.symlink_to("x"), "link"), (os.mkdir, "directory")):
            make(self.root / "runtime/alpha/upper" / name)
            self.put_later("installation", name, "new\n")
        self.assertEqual(self.drift(), {})

    def test_what_could_not_be_looked_at_is_said(self):
        self.write_env("alpha", "overlays/gone:installation")
        self.assert_said(0, "alpha: not all of it could be looked at", "--drift", "alpha")
        for view in ("--drift", "--file=srcds_run"):
            self.assertFalse(self.ask(view, "alpha")["alpha"]["complete"])

    def test_an_instance_that_never_ran_has_not_drifted(self):
        self.assertEqual(self.run_layers("--drift", "beta").stdout,
                         "beta: nothing of its own hides what has changed in a layer since\n")
