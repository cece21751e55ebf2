"""What l4d2ctl says of where files come from and what they hide, compared with what the kernel shows."""

import itertools
import os
import random
import shutil
import stat
import subprocess
from pathlib import Path

from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, STATE, HelperCase, wait_until

SEED = 1
INSTANCES = [f"random-{number}" for number in range(50)]
NAMES = ("a", "b")
PATHS = ["/".join(names) for depth in (1, 2, 3) for names in itertools.product(NAMES, repeat=depth)]
KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo"}
# Until Linux 6.7 they were files like others, and l4d2ctl does not ask which Linux it is.
KNOWS_EMPTY_WHITEOUTS = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 7)
# How often what a layer has of a name is what.
LEAF_WEIGHTS = {"nothing": 10, "file": 24, "whiteout": 14, "empty whiteout": 6 if KNOWS_EMPTY_WHITEOUTS else 0, "symlink": 3,
                "fifo": 2, "metacopy": 1}
WEIGHTS = LEAF_WEIGHTS | {"directory": 50, "redirect": 4}
GONE = ("absent", "deleted", "not_a_directory")


def lstat(path):
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_whiteout(path, status):
    if stat.S_ISREG(status.st_mode):
        return "trusted.overlay.whiteout" in os.listxattr(path)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def first_symlink(top, path):
    """The part of `path` that leads to the first symlink on its way, its end left out."""
    prefixes = itertools.accumulate(path.split("/"), "{}/{}".format)
    return next((prefix for prefix in list(prefixes)[:-1] if os.path.islink(top / prefix)), None)


class CtlCase(HelperCase):
    def ask(self, *arguments, status=0, **options):
        """The instances in what l4d2ctl prints, by name."""
        done = run_l4d2ctl("layers", "--json", *arguments, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        return {instance["name"]: instance for instance in validated("layers", done.stdout)["instances"]}


class RandomTree:
    """Three layers, and what a server does with them, all by chance."""

    def __init__(self, name, chance):
        self.layers = [ROOT / f"overlays/{name}-{number}" for number in (1, 2, 3)]
        self.upper = ROOT / f"runtime/{name}/upper"
        self.merged = ROOT / f"runtime/{name}/merged"
        self._chance = chance
        self._texts = itertools.count()

    def fill(self):
        for layer in self.layers:
            layer.mkdir()
            self._fill(layer, 1)
            owner = self._chance.choice((SANDBOX_USER, RUNTIME_USER))
            os.chown(layer, owner, owner)

    def _fill(self, directory, depth):
        for name in NAMES:
            path = directory / name
            kind, = self._chance.choices(tuple(WEIGHTS if depth < 3 else LEAF_WEIGHTS),
                                         (WEIGHTS if depth < 3 else LEAF_WEIGHTS).values())
            if kind in ("directory", "redirect"):
                path.mkdir()
                self._fill(path, depth + 1)
                if kind == "redirect":
                    os.setxattr(path, "trusted.overlay.redirect", b"b")
                elif self._chance.random() < 0.5:
                    os.setxattr(path, "trusted.overlay.opaque", self._chance.choice((b"y", b"y", b"x", b"yes")))
            elif kind == "whiteout":
                os.mknod(path, stat.S_IFCHR)
            elif kind == "empty whiteout":
                path.touch()
                os.setxattr(path, "trusted.overlay.whiteout", b"y")
            elif kind == "symlink":
                path.symlink_to(self._chance.choice(NAMES))
            elif kind == "fifo":
                os.mkfifo(path)
            elif kind in ("file", "metacopy"):
                self._write(path)
                if kind == "metacopy":
                    os.setxattr(path, "trusted.overlay.metacopy", b"")
            if os.path.lexists(path):
                owner = self._chance.choice((SANDBOX_USER, RUNTIME_USER, 0))
                os.lchown(path, owner, owner)
                # What tells directories apart.
                seconds = self._chance.randrange(10 ** 9)
                os.utime(path, (seconds, seconds), follow_symlinks=False)
                if not path.is_symlink():
                    path.chmod(self._chance.choice((0o755, 0o711, 0o700, 0o775)))

    def _write(self, path):
        path.write_text(f"{path} {next(self._texts)}\n")

    def play(self):
        """What a server may do; what the kernel does not let it do it leaves be."""
        for _ in range(8):
            path = self.merged / self._chance.choice(PATHS)
            try:
                self._chance.choice((self._overwrite, self._delete, self._replace, self._rename, self._link))(path)
            except OSError:
                pass

    def _overwrite(self, path):
        # A fifo would wait.
        if not path.is_fifo():
            self._write(path)

    def _delete(self, path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()

    def _replace(self, path):
        self._delete(path)
        path.mkdir()
        self._write(path / self._chance.choice(NAMES))

    def _rename(self, path):
        path.rename(path.with_name(self._chance.choice(NAMES)))

    def _link(self, path):
        path.symlink_to(self._chance.choice(NAMES))


class WhereFilesComeFrom(CtlCase):
    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        self.trees = {name: RandomTree(name, chance) for name in INSTANCES}
        for name, tree in self.trees.items():
            tree.fill()
            self.write_env(name, ":".join(f"overlays/{layer.name}" for layer in tree.layers))
            self.assert_done("mount", name)
            tree.play()

    def test_every_path_is_where_the_kernel_has_it(self):
        seen = set()
        for path in PATHS:
            # What exists nowhere is for another test.
            done = run_l4d2ctl("layers", "--json", f"--file={path}", *INSTANCES)
            for answer in validated("layers", done.stdout)["instances"]:
                with self.subTest(instance=answer["name"], path=path):
                    self.compare(self.trees[answer["name"]], path, answer)
                seen.add(answer["result"])
        self.assertEqual(seen, {"found", "symlink_on_the_way", "not_permitted", *GONE})

    def compare(self, tree, path, answer):
        result, providers = answer["result"], [provider["path"] for provider in answer["providers"]]
        link = None
        try:
            link = first_symlink(tree.merged, path)
            status = None if link else lstat(tree.merged / path)
        except PermissionError:
            self.assertEqual(result, "not_permitted")
            return
        if link:
            self.assertEqual((result, answer["reason"]["path"]), ("symlink_on_the_way", link))
            self.assertEqual(answer["reason"]["target"], os.readlink(tree.merged / link))
        elif status is None:
            self.assertIn(result, GONE)
        else:
            self.assertEqual(result, "found")
            self.compare_file(tree.merged / path, status, answer["providers"][0])
        self.assertEqual({hidden["path"] for hidden in answer["hides"]} if result != "not_permitted" else None,
                         {str(there) for there in self.all_that_have(tree, path)} - set(providers))

    def compare_file(self, merged, status, provider):
        on_disk = os.lstat(provider["path"])
        self.assertEqual(provider["type"], KINDS[stat.S_IFMT(status.st_mode)])
        self.assertEqual((provider["uid"], provider["gid"], provider["mode"]),
                         (status.st_uid, status.st_gid, f"{stat.S_IMODE(status.st_mode):04o}"))
        self.assertEqual((provider["uid_on_disk"], provider["gid_on_disk"]), (on_disk.st_uid, on_disk.st_gid))
        self.assertEqual(provider["modified_at"], int(status.st_mtime))
        if stat.S_ISREG(status.st_mode):
            # No two files have the same text.
            self.assertEqual(merged.read_text(), open(provider["path"]).read())
        elif stat.S_ISLNK(status.st_mode):
            self.assertEqual(provider["target"], os.readlink(merged))

    @staticmethod
    def all_that_have(tree, path):
        """The files of that path in upper and the layers by themselves, whiteouts aside."""
        for layer in (tree.upper, *tree.layers):
            status = None if first_symlink(layer, path) else lstat(layer / path)
            if status and not is_whiteout(layer / path, status):
                yield layer / path


class Drift(CtlCase):
    """The server of alpha has copied, deleted and replaced what its layers have; then a layer changes."""

    FILES = ("copied", "deleted", "untouched", "same", "dir/one", "dir/two", "gone/one", "left/one")

    def setUp(self):
        super().setUp()
        self.layer = self.write_layer("overlays/addon", SANDBOX_USER, {name: "first\n" for name in self.FILES})
        self.assert_done("mount", "alpha")
        merged = self.merged()
        for name in ("copied", "same"):
            (merged / name).write_text("first\n")
        (merged / "deleted").unlink()
        for name in ("dir", "gone", "left"):
            shutil.rmtree(merged / name)
        (merged / "dir").mkdir()
        (merged / "dir/one").write_text("the server's\n")
        self.assert_done("umount", "alpha")

    def change(self, *names):
        """Changes files of the layer, at a time that the file system tells from what was before."""
        before = max(os.stat(path).st_ctime_ns for path in (self.upper(), *self.upper().rglob("*")))
        for name in names:
            def is_newer(path=self.layer / name):
                path.write_text("second\n")
                return path.stat().st_ctime_ns > before
            wait_until(is_newer, "a clock that goes on")

    def drift(self, *arguments):
        alpha = self.ask("--drift", "alpha", *arguments)["alpha"]
        self.assertTrue(alpha["complete"])
        return {item["path"]: item for item in alpha["drift"]}

    def test_nothing_has_drifted_while_no_layer_changes(self):
        self.assertEqual(self.drift(), {})
        self.assertEqual(run_l4d2ctl("layers", "--drift", "alpha").stdout,
                         "alpha: nothing of its own hides what has changed in a layer since\n")

    def test_what_a_layer_changed_since_is_reported_with_the_layer_and_what_to_do(self):
        self.change("copied", "deleted", "untouched", "dir/one", "dir/two", "gone/one")
        found = self.drift()
        self.assertEqual({path: item["kind"] for path, item in found.items()},
                         {"copied": "file", "deleted": "deletion", "dir": "directory", "gone": "directory_deletion"})
        self.assertEqual({item["layer"] for item in found.values()}, {str(self.layer)})
        self.assertEqual(found["copied"]["remedy"],
                         f"stop l4d2@alpha and remove {self.upper()}/copied to get the layer's file")
        self.assertEqual((found["dir"]["files"], found["dir"]["newest"]), (2, "two"))
        self.assertEqual(found["copied"]["changed_at"], int((self.layer / "copied").stat().st_ctime))

    def test_what_is_done_about_it_ends_it(self):
        self.change("copied", "deleted", "gone/one")
        for item in self.drift().values():
            os.unlink(item["upper_path"])
        self.assertEqual(self.drift(), {})
        self.assert_done("mount", "alpha")
        self.assertEqual([(self.merged() / name).read_text() for name in ("copied", "deleted", "gone/one")],
                         ["second\n"] * 3)

    def test_a_copy_with_the_same_contents_has_not_drifted(self):
        self.change("same")
        (self.upper() / "same").write_text("second\n")
        self.assertEqual(self.drift(), {})

    def test_a_copy_that_is_newer_than_the_layers_change_has_not_drifted(self):
        self.change("untouched")
        self.assert_done("mount", "alpha")
        (self.merged() / "untouched").write_text("the server's\n")
        self.assert_done("umount", "alpha")
        self.assertEqual(self.drift(), {})

    def test_a_file_that_another_layer_hides_anyway_has_not_drifted(self):
        self.write_layer("overlays/above", RUNTIME_USER, {"gone/one": "above\n"})
        self.change("gone/one")
        self.write_env("alpha", "overlays/above:overlays/addon")
        found = self.drift()
        self.assertEqual((found["gone"]["layer"], found["gone"]["files"]), (str(ROOT / "overlays/above"), 1))

    def test_a_deletion_may_have_come_later_than_the_first_of_its_mount(self):
        """The kernel lets all whiteouts of a mount be one file."""
        self.change("deleted")
        item = self.drift()["deleted"]
        self.assertLessEqual(item["own_since"], item["own_until"])

    def test_a_hostile_upper_is_neither_waited_for_nor_followed(self):
        upper = self.upper()
        for name in ("copied", "same"):
            (upper / name).unlink()
        os.mkfifo(upper / "copied")
        (upper / "same").symlink_to("/etc/shadow")
        self.change("copied", "same")
        self.assertNotIn("copied", self.drift())
        self.assertNotIn("same", self.drift())


class TheStack(CtlCase):
    def test_a_mounted_instance_is_shown_with_what_it_is_mounted_of(self):
        self.assertEqual(self.ask("alpha")["alpha"]["merged"], "not_mounted")
        self.assert_done("mount", "alpha")
        alpha = self.ask("alpha")["alpha"]
        self.assertEqual((alpha["merged"], alpha["mounted_at"]), ("mounted", self.record()["mounted_at"]))
        self.assertEqual([layer["id_map"] and layer["id_map"]["swapped_uids"] for layer in alpha["layers"]],
                         [[SANDBOX_USER, RUNTIME_USER], None])
        self.assertEqual((alpha["differences"], alpha["mounted_layers"]), ([], None))

    def test_sizes_are_those_of_du(self):
        for layer in self.ask("alpha")["alpha"]["layers"]:
            used = subprocess.run(["du", "--summarize", "--block-size=1", layer["path"]], check=True,
                                  capture_output=True, text=True).stdout
            self.assertEqual(layer["size"], {"bytes": int(used.split()[0]), "files": 2, "complete": True})

    def test_until_the_restart_the_mounted_layers_count(self):
        self.assert_done("mount", "alpha")
        other = self.write_layer("overlays/other", SANDBOX_USER, {"cfg/server.cfg": "other\n"})
        self.write_env("alpha", "overlays/other:installation")
        alpha = self.ask("alpha")["alpha"]
        self.assertEqual([layer["path"] for layer in alpha["layers"]], [str(other), str(ROOT / "installation")])
        self.assertEqual([layer["path"] for layer in alpha["mounted_layers"]],
                         [str(ROOT / "overlays/addon"), str(ROOT / "installation")])
        self.assertEqual(alpha["differences"], [f"{ROOT}/overlays/addon is mounted, and listed no more",
                                                f"{other} is listed, and not mounted"])
        cfg = str(self.merged() / "cfg/server.cfg")
        self.assertEqual(self.ask(f"--file={cfg}")["alpha"]["providers"][0]["path"],
                         str(ROOT / "overlays/addon/cfg/server.cfg"))
        self.assertIn("alpha: mounted otherwise than it would be now",
                      run_l4d2ctl("layers", f"--file={cfg}").stderr)
        self.assert_done("umount", "alpha")
        self.assertEqual(self.ask(f"--file={cfg}")["alpha"]["providers"][0]["path"], str(other / "cfg/server.cfg"))

    def test_a_layer_whose_disk_is_missing_is_said_to_need_it(self):
        unit = Path("/run/systemd/system", str(ROOT / "overlays/addon")[1:].replace("-", "\\x2d").replace("/", "-")
                    + ".mount")
        unit.parent.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, unit.parents[1])
        unit.touch()
        self.assertIn(f"needs the file system of '{ROOT}/overlays/addon', and nothing is mounted there: run systemctl "
                      f"start '{unit.name}'", self.ask("alpha")["alpha"]["layers"][0]["problem"])

    def test_an_instance_whose_file_is_gone_is_shown_while_it_is_mounted(self):
        self.assert_done("mount", "alpha")
        shutil.rmtree(ROOT / "instances/alpha")
        alpha = self.ask("alpha")["alpha"]
        self.assertTrue(alpha["retired"])
        self.assertEqual(len(alpha["layers"]), 2)
        self.assert_done("umount", "alpha")
        self.ask("alpha", status=66)

    def test_what_lies_below_a_mount_in_a_layer_is_not_told_from_it(self):
        covered = ROOT / "overlays/addon/cfg"
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", covered], check=True)
        try:
            done = run_l4d2ctl("layers", "--file=cfg/server.cfg", "alpha")
            alpha = self.ask("alpha")["alpha"]
            stack = run_l4d2ctl("layers", "alpha")
        finally:
            subprocess.run(["umount", covered], check=True)
        self.assertIn(f"something is mounted on {covered}, and the overlay shows what lies below: unmount it",
                      done.stdout)
        self.assertFalse(alpha["layers"][0]["size"]["complete"])
        self.assertIn("sizes with a + are of what could be looked at\n", stack.stderr)
        self.assertRegex(stack.stdout, rf"\+ .*{ROOT}/overlays/addon\n")

    def test_without_privileges_it_says_what_it_cannot_see(self):
        self.assert_done("mount", "alpha")
        # left4me.conf is in it, and nobody could read that either.
        STATE.chmod(0o711)
        done = run_l4d2ctl("layers", "--file=cfg/server.cfg", "alpha", user=65534, group=65534, extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"from    {ROOT}/overlays/addon\n", done.stdout)
        self.assertFalse(self.ask("--file=cfg", "alpha", user=65534, group=65534, extra_groups=[])["alpha"]["complete"])
        self.assertIn("how servers are mounted cannot be seen, only what their instance.env says: run it as root\n",
                      done.stderr)
        self.assertIn("directories that were deleted and made anew cannot be told from others: run it as root\n",
                      done.stderr)
