"""What l4d2ctl says of where files come from and what they hide, compared with what the kernel shows."""

import itertools
import os
import random
import shutil
import stat
import subprocess

from tests.golden.l4d2ctl import run_l4d2ctl, validated
from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, HelperCase, wait_until

SEED = 7
INSTANCES = [f"random-{number}" for number in range(12)]
NAMES = ("a", "b", "c")
PATHS = ["/".join(names) for depth in (1, 2, 3) for names in itertools.product(NAMES, repeat=depth)]
KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo"}
GONE = ("absent", "deleted", "not_a_directory")


def lstat(path):
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_whiteout(path, status):
    return (stat.S_ISCHR(status.st_mode) and status.st_rdev == 0
            or stat.S_ISREG(status.st_mode) and "trusted.overlay.whiteout" in os.listxattr(path))


def first_symlink(top, path):
    """The part of `path` that leads to the first symlink on its way, its end left out."""
    prefixes = itertools.accumulate(path.split("/"), "{}/{}".format)
    return next((prefix for prefix in list(prefixes)[:-1] if os.path.islink(top / prefix)), None)


class CtlCase(HelperCase):
    def ask(self, *arguments, status=0):
        """The instances in what l4d2ctl prints, by name."""
        done = run_l4d2ctl("layers", "--json", *arguments)
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
            kind = self._chance.choice(("nothing", "file", "file", "directory", "directory", "directory", "whiteout",
                                        "empty whiteout", "symlink", "fifo", "redirect", "metacopy"))
            if kind in ("redirect", "metacopy") and self._chance.random() < 0.7:
                kind = "directory"
            if kind in ("directory", "redirect") and depth < 3:
                path.mkdir()
                self._fill(path, depth + 1)
                if kind == "redirect":
                    os.setxattr(path, "trusted.overlay.redirect", b"c")
                elif self._chance.random() < 0.3:
                    os.setxattr(path, "trusted.overlay.opaque", self._chance.choice((b"y", b"x", b"yes")))
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
        for _ in range(25):
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
