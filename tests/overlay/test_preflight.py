"""What an upper must not hold, and that a clean one is looked through once."""

import os
import shutil
import subprocess
from contextlib import contextmanager

from tests.overlay.sandbox import REFUSED, ROOT, RUNTIME_USER, HelperCase, mount_entries, run_helper

MARK = "trusted.left4me.scanned"


@contextmanager
def mounted(*arguments):
    """A mount that is gone in the end; its mount point comes last."""
    subprocess.run(["mount", *arguments], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", arguments[-1]], check=True)


class PreflightCase(HelperCase):
    def setUp(self):
        super().setUp()
        self.upper().mkdir(parents=True)
        os.chown(self.upper(), RUNTIME_USER, RUNTIME_USER)
        self.deep = self.upper() / "left4dead2/cfg"
        self.deep.mkdir(parents=True)
        (self.deep / "server.cfg").write_text("x\n")

    def work(self, name="alpha"):
        return ROOT / "runtime" / name / "work"

    def mark(self):
        return os.getxattr(self.upper(), MARK) if MARK in os.listxattr(self.upper()) else None

    def assert_mount_refused(self, *words):
        """Refused in one line that has all of `words` in this order, with nothing changed."""
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, REFUSED, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        rest = done.stderr
        for word in words:
            self.assertIn(word, rest)
            rest = rest.split(word, 1)[1]
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])
        self.assertIsNone(self.mark())


class ForeignMarks(PreflightCase):
    def test_a_whiteout_file(self):
        (self.deep / ".wh.autoexec.cfg").touch()
        self.assert_mount_refused(f"'{self.deep}/.wh.autoexec.cfg' is a mark of fuse-overlayfs or aufs",
                                  "what was deleted there would reappear", "begin with an empty upper")

    def test_an_opaque_file(self):
        (self.deep / ".wh..wh..opq").touch()
        self.assert_mount_refused(f"'{self.deep}/.wh..wh..opq' is a mark of fuse-overlayfs or aufs",
                                  "what was hidden in that directory would reappear")

    def test_attributes_of_other_implementations(self):
        for attribute, maker in (("user.fuseoverlayfs.override_stat", "fuse-overlayfs"),
                                 ("security.fuseoverlayfs.override_stat", "fuse-overlayfs"),
                                 ("user.overlay.opaque", "fuse-overlayfs or an overlay mounted with userxattr"),
                                 ("user.containers.override_stat", "fuse-overlayfs or podman")):
            with self.subTest(attribute):
                os.setxattr(self.deep / "server.cfg", attribute, b"0:0:644")
                self.assert_mount_refused(f"'{self.deep}/server.cfg' has the attribute '{attribute}' of {maker},",
                                          "begin with an empty upper")
                os.removexattr(self.deep / "server.cfg", attribute)
        self.assert_done("mount", "alpha")

    def test_attributes_of_overlays_with_other_options_which_this_one_would_answer_with_eperm(self):
        for attribute, option in (("redirect", "redirect_dir=on"), ("metacopy", "metacopy=on")):
            with self.subTest(attribute):
                os.setxattr(self.deep, f"trusted.overlay.{attribute}", b"/old")
                self.assert_mount_refused(f"'{self.deep}' has the attribute 'trusted.overlay.{attribute}'",
                                          option, "Operation not permitted")
                os.removexattr(self.deep, f"trusted.overlay.{attribute}")

    def test_the_kernel_does_answer_a_redirect_with_eperm(self):
        """The reason for refusing it."""
        (self.upper() / "cfg").mkdir()
        # To what there is: older kernels do not mind one that leads nowhere.
        os.setxattr(self.upper() / "cfg", "trusted.overlay.redirect", b"/cfg")
        where, work = ROOT / "where", ROOT / "work"
        where.mkdir()
        work.mkdir()
        with mounted("-t", "overlay", "overlay", "-o", f"lowerdir={ROOT}/installation,upperdir={self.upper()},"
                     f"workdir={work},index=off,metacopy=off,xino=off,redirect_dir=nofollow", where):
            with self.assertRaises(PermissionError):
                os.listdir(where / "cfg")

    def test_one_on_the_upper_itself(self):
        os.setxattr(self.upper(), "user.fuseoverlayfs.opaque", b"y")
        self.assert_mount_refused(f"'{self.upper()}' has the attribute 'user.fuseoverlayfs.opaque' of fuse-overlayfs")

    def test_names_in_any_bytes_cannot_forge_a_line(self):
        name = b".wh.\nNov 21 forged: \x1b[31m\xff"
        with open(os.fsencode(self.deep) + b"/" + name, "w"):
            pass
        self.assert_mount_refused("/.wh.\\x0aNov 21 forged: \\x1b[31m\\xff' is a mark")
        os.unlink(os.fsencode(self.deep) + b"/" + name)
        os.setxattr(self.upper(), b"user.fuseoverlayfs.x\nNov 21 forged: \x1b[31m", b"1")
        self.assert_mount_refused("'user.fuseoverlayfs.x\\x0aNov 21 forged: \\x1b[31m'")

    def test_what_this_overlay_wrote_itself_is_none(self):
        self.assert_done("mount", "alpha")
        (self.merged() / "srcds_run").unlink()
        (self.merged() / "cfg/server.cfg").write_text("copied up\n")
        subprocess.run("rm -r cfg && mkdir cfg && ln srcds_linux other; ln addon.vpk addon2.vpk", shell=True,
                       cwd=self.merged(), check=True, stderr=subprocess.DEVNULL)
        self.assert_done("umount", "alpha")
        self.assertIn("trusted.overlay.opaque", os.listxattr(self.upper() / "cfg"))
        os.removexattr(self.upper(), MARK)
        self.assert_done("mount", "alpha")
        self.assertFalse((self.merged() / "srcds_run").exists())
        self.assertIsNotNone(self.mark())

    def test_a_symlink_is_not_followed(self):
        elsewhere = ROOT / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / ".wh.x").touch()
        os.setxattr(elsewhere, "user.overlay.opaque", b"y")
        os.symlink(elsewhere, self.deep / "link")
        self.assert_done("mount", "alpha")

    def test_a_tree_too_deep_to_look_through(self):
        deepest = self.upper()
        for _ in range(101):
            deepest = deepest / "d"
            deepest.mkdir()
        self.assert_mount_refused("/d' lies more than 100 directories deep in the upper layer: remove it")
        deepest.rmdir()
        self.assert_done("mount", "alpha")

    def test_a_mount_in_the_upper_hides_what_the_overlay_would_show(self):
        with mounted("-t", "tmpfs", "tmpfs", self.deep):
            self.assert_mount_refused(f"something is mounted on '{self.deep}'", "unmount it")
        self.assert_done("mount", "alpha")

    def test_a_tree_that_changes_meanwhile_is_no_failure(self):
        churn = ("import os\n"
                 "while True:\n"
                 "    for i in range(50):\n"
                 "        os.makedirs(f'{i}/a/b', exist_ok=True)\n"
                 "        open(f'{i}/a/f', 'w').close()\n"
                 "    for i in range(50):\n"
                 "        os.unlink(f'{i}/a/f'); os.removedirs(f'{i}/a/b')\n")
        (self.upper() / "keep").mkdir()
        with subprocess.Popen(["/usr/bin/python3", "-c", churn], cwd=self.deep) as process:
            try:
                for _ in range(4):
                    self.assert_done("mount", "alpha")
                    self.assert_done("umount", "alpha")
                    if self.mark() is not None:
                        os.removexattr(self.upper(), MARK)
                self.assertIsNone(process.poll(), "nothing was changing the tree")
            finally:
                process.kill()


class Remembering(PreflightCase):
    """A mark that can only be met by looking: one put below a directory that stays as it is."""

    def taint(self):
        os.setxattr(self.deep, "user.fuseoverlayfs.opaque", b"y")

    def test_a_clean_upper_is_looked_through_once(self):
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        before = self.mark()
        self.assertIn(b"rules=1 ", before)
        self.taint()
        self.assert_done("mount", "alpha")
        self.assertEqual(self.mark(), before)

    def test_a_server_that_writes_below_does_not_bring_the_search_back(self):
        self.assert_done("mount", "alpha")
        (self.merged() / "left4dead2/cfg/banned.cfg").write_text("x\n")
        (self.merged() / "left4dead2/logs").mkdir()
        self.assert_done("umount", "alpha")
        self.taint()
        self.assert_done("mount", "alpha")

    def test_a_copy_with_all_its_attributes_is_looked_through_anew(self):
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        self.taint()
        original = self.upper().with_name("original")
        self.upper().rename(original)
        subprocess.run(["cp", "--archive", original, self.upper()], check=True)
        self.assertEqual(self.mark(), os.getxattr(original, MARK), "cp did not copy the mark")
        self.assert_refused(REFUSED, "user.fuseoverlayfs.opaque", "mount", "alpha")

    def test_what_a_layer_brings_along_when_its_files_are_copied_up_is_no_mark(self):
        os.setxattr(ROOT / "overlays/addon/addon.vpk", "user.containers.override_stat", b"0:0:0644")
        self.assert_done("mount", "alpha")
        with open(self.merged() / "addon.vpk", "a") as file:
            file.write("more\n")
        self.assertIn("user.containers.override_stat", os.listxattr(self.upper() / "addon.vpk"))
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")

    def test_a_mark_of_other_rules_counts_for_nothing(self):
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        os.setxattr(self.upper(), MARK, self.mark().replace(b"rules=1 ", b"rules=0 "))
        self.taint()
        self.assert_refused(REFUSED, "user.fuseoverlayfs.opaque", "mount", "alpha")

    def test_the_runtime_user_can_neither_make_nor_see_a_mark(self):
        self.assert_done("mount", "alpha")
        script = (f"import os, sys\nos.chdir(sys.argv[1])\nassert '{MARK}' not in os.listxattr('.')\n"
                  f"try:\n    os.setxattr('.', '{MARK}', b'x')\nexcept PermissionError:\n    sys.exit(7)\n")
        done = subprocess.run(["/usr/bin/python3", "-c", script, self.merged()], check=False, user=RUNTIME_USER,
                              group=RUNTIME_USER, extra_groups=[])
        self.assertEqual(done.returncode, 7)

    def test_a_merged_with_a_mark_is_written_to_as_ever(self):
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")
        subprocess.run("touch new && mkdir directory && cp --archive cfg copied && rm -r cfg && chmod 0700 .",
                       shell=True, cwd=self.merged(), check=True)
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")
        self.assertTrue((self.merged() / "copied/server.cfg").exists())
        self.assertFalse((self.merged() / "cfg").exists())


class Volatile(PreflightCase):
    def test_the_marker_of_a_volatile_overlay(self):
        where = ROOT / "where"
        where.mkdir()
        self.work().mkdir()
        with mounted("-t", "overlay", "overlay", "-o", f"lowerdir={ROOT}/installation,upperdir={self.upper()},"
                     f"workdir={self.work()},volatile", where):
            (where / "new").touch()
        self.assert_mount_refused(f"{self.work()}/work/incompat/volatile says", "with the option volatile",
                                  "begin with an empty upper and work")
        shutil.rmtree(self.work() / "work/incompat/volatile")
        self.assert_done("mount", "alpha")


class Places(PreflightCase):
    def test_an_upper_in_a_layer(self):
        self.configure("LayerRoots=runtime/*:installation")
        self.write_env("alpha", layers="runtime/alpha:installation")
        self.assert_mount_refused("lies inside the layer")

    def test_an_upper_in_a_layer_by_way_of_another_mount(self):
        again = ROOT / "overlays/again"
        again.mkdir()
        self.write_env("alpha", layers="overlays/again:installation")
        for directory in (ROOT / "runtime", ROOT / "runtime/alpha", self.upper()):
            with self.subTest(directory), mounted("--bind", directory, again):
                self.assert_mount_refused(f"{self.upper()} is the layer '{again}' or lies in it")

    def test_a_work_that_is_a_layer_by_way_of_another_mount(self):
        again = ROOT / "overlays/again"
        again.mkdir()
        self.work().mkdir()
        self.write_env("alpha", layers="overlays/again:installation")
        with mounted("--bind", self.work(), again):
            self.assert_mount_refused(f"{self.work()} is the layer '{again}' or lies in it")

    def test_a_layer_in_the_upper(self):
        self.configure("LayerRoots=runtime/*:runtime/alpha/upper/*:installation")
        os.chown(self.upper() / "left4dead2", RUNTIME_USER, RUNTIME_USER)
        self.write_env("alpha", layers="runtime/alpha/upper/left4dead2:installation")
        self.assert_mount_refused(f"lies in {self.upper().parent}, which is what the server writes")

    def test_a_layer_in_the_upper_by_way_of_another_mount(self):
        again = ROOT / "overlays/again"
        again.mkdir()
        self.write_env("alpha", layers="overlays/again:installation")
        with mounted("--bind", self.upper() / "left4dead2", again):
            done = run_helper("mount", "alpha")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("or upper or work lies in a layer, by way of another mount", done.stderr)
        self.assertEqual(mount_entries(self.merged()), [])

    def test_upper_and_work_on_different_mounts(self):
        self.work().mkdir()
        with mounted("-t", "tmpfs", "tmpfs", self.work()):
            self.assert_mount_refused("are on different mounts: put both on one")
