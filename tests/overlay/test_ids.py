"""Whose files are whose: in the mount, after they are copied up, and in the next mount.

The expectations follow from mount_setattr(2) "ID-mapped mounts", the kernel's idmappings.rst and overlayfs.rst, and the
manual pages named where they count; no kernel from 6.1 on differs in any of them.
"""

import errno
import functools
import json
import os
import stat
from dataclasses import replace

from tests.overlay import layer_files_table
from tests.overlay.layer_files import ACCESS_ACL, look
from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, THIRD_USER, HelperCase, run_helper

ROWS = layer_files_table.rows()
WHITEOUT = (stat.S_IFCHR, 0)
# mode bits that chmod sets, all of which its caller may want and not get
ASKED = 0o6751


def identity(number):
    return number


def swap(number):
    return {SANDBOX_USER: RUNTIME_USER, RUNTIME_USER: SANDBOX_USER}.get(number, number)


def as_user(user, function, names, group=None):
    """{name: 0 or the errno of function(name)}, in a child of that user without capabilities or other groups."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        group = user if group is None else group
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        os.umask(0)
        outcomes = []
        for name in names:
            try:
                function(name)
                outcomes.append(0)
            except OSError as error:
                outcomes.append(error.errno)
            except BaseException as error:
                outcomes.append(repr(error))
        with open(writing, "w") as pipe:
            json.dump(outcomes, pipe)
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        outcomes = json.load(pipe)
    os.waitpid(child, 0)
    return dict(zip(names, outcomes, strict=True))


def as_runtime_user(function, names):
    return as_user(RUNTIME_USER, function, names)


class LayerCase(HelperCase):
    """Every file of the table in one layer, which lies above the installation; mounted."""

    top_owner = None
    map_id = None

    def setUp(self):
        super().setUp()
        self.layer = ROOT / "overlays/files"
        self.layer.mkdir(mode=0o755)
        os.chown(self.layer, self.top_owner, self.top_owner)
        for name, file in self.rows().items():
            file.make(self.on_disk(name))
        self.write_env("alpha", layers="overlays/files:installation")
        self.assert_done("mount", "alpha")

    @staticmethod
    def rows():
        return ROWS

    def on_disk(self, name):
        return os.path.join(os.fsencode(self.layer), os.fsencode(name))

    def in_merged(self, name):
        return os.path.join(os.fsencode(self.merged()), os.fsencode(name))

    def in_upper(self, name):
        return os.path.join(os.fsencode(self.upper()), os.fsencode(name))

    @functools.cache
    def seen(self, name):
        return self.rows()[name].map_ids(self.map_id, self.map_id)

    def names(self, *kinds):
        """Those of the table that are seen as one of `kinds`, or all."""
        return [name for name, file in self.rows().items() if not kinds or file.kind in kinds]

    def assert_shown(self, expected):
        """Merged, upper and the next mount: {name: File, or None where it is deleted}; the layer is as it was.

        What is as it was seen from the start, and is not to be in upper, is left out.
        """
        shown = {name: self.seen(name) for name in self.names()} | expected
        for mounted in ("in this mount", "in the next mount"):
            if mounted == "in the next mount":
                self.assert_done("umount", "alpha")
                self.assert_done("mount", "alpha")
            listed = set(os.listdir(os.fsencode(self.merged())))
            for name, file in shown.items():
                with self.subTest(mounted, name=name):
                    self.assertEqual(os.fsencode(name) in listed, file is not None)
                    self.assertEqual(os.path.lexists(self.in_merged(name)), file is not None)
                    if file:
                        self.assertEqual(look(self.in_merged(name)), file)
        for name, file in self.rows().items():
            with self.subTest("in the layer", name=name):
                self.assertEqual(look(self.on_disk(name)), file.map_ids(identity, identity))
        for name in shown:
            with self.subTest("in upper", name=name):
                self.assert_in_upper(name, name in expected, expected.get(name))

    def assert_in_upper(self, name, is_there, file):
        self.assertEqual(os.path.lexists(self.in_upper(name)), is_there)
        if file:
            self.assertEqual(look(self.in_upper(name)), file)
        elif is_there:
            status = os.lstat(self.in_upper(name))
            self.assertEqual((stat.S_IFMT(status.st_mode), status.st_rdev), WHITEOUT)

    def assert_outcomes(self, outcomes, expected):
        """`expected`: {name: errno or 0}."""
        for name, outcome in outcomes.items():
            with self.subTest("the outcome", name=name):
                self.assertEqual(errno.errorcode.get(outcome, outcome),
                                 errno.errorcode.get(expected[name], expected[name]))


class Operations:
    """What is done to every file, each by who may and who may not."""

    def test_all_is_shown_with_its_ids_mapped_and_else_as_it_lies_there(self):
        self.assert_shown({})

    def test_a_copy_shows_what_was_shown_before(self):
        for name in self.names():
            # A new time of access copies a file of any kind, and takes nothing from it.
            os.utime(self.in_merged(name), follow_symlinks=False)
        self.assert_shown({name: self.seen(name) for name in self.names()})

    def test_the_runtime_user_writes_what_it_is_shown_to_be_let_write(self):
        def write(name):
            with open(self.in_merged(name), "ab") as file:
                file.write(b"more\n")

        names = self.names(stat.S_IFREG)
        may = {name: self.seen(name).may_write(RUNTIME_USER, RUNTIME_USER) for name in names}
        self.assert_outcomes(as_runtime_user(write, names),
                             {name: 0 if may[name] else errno.EACCES for name in names})
        self.assert_shown({name: self.written(self.seen(name)) for name in names if may[name]})

    @staticmethod
    def written(file):
        return replace(file, contents=file.contents + b"more\n").without_privileges(RUNTIME_USER)

    def test_root_gives_all_to_a_third_user(self):
        for name in self.names():
            os.lchown(self.in_merged(name), THIRD_USER, THIRD_USER)
        self.assert_shown({name: replace(self.given(self.seen(name)), uid=THIRD_USER, gid=THIRD_USER)
                           for name in self.names()})

    @staticmethod
    def given(file, group=None):
        return file if file.kind == stat.S_IFDIR else file.without_privileges(group)

    def test_the_runtime_user_gives_nothing_away(self):
        names = self.names()
        outcomes = as_runtime_user(lambda name: os.lchown(self.in_merged(name), THIRD_USER, -1), names)
        self.assert_outcomes(outcomes, dict.fromkeys(names, errno.EPERM))
        self.assert_shown({})

    def test_the_runtime_user_takes_its_own_into_its_own_group(self):
        names = self.names()
        outcomes = as_runtime_user(lambda name: os.lchown(self.in_merged(name), -1, RUNTIME_USER), names)
        own = [name for name in names if self.seen(name).uid == RUNTIME_USER]
        self.assert_outcomes(outcomes, {name: 0 if name in own else errno.EPERM for name in names})
        self.assert_shown({name: replace(self.given(self.seen(name), RUNTIME_USER), gid=RUNTIME_USER) for name in own})

    def test_the_runtime_user_changes_the_mode_of_its_own(self):
        names = [name for name in self.names() if self.seen(name).kind != stat.S_IFLNK]
        outcomes = as_runtime_user(lambda name: os.chmod(self.in_merged(name), ASKED), names)
        own = [name for name in names if self.seen(name).uid == RUNTIME_USER]
        self.assert_outcomes(outcomes, {name: 0 if name in own else errno.EPERM for name in names})
        self.assert_shown({name: self.changed(self.seen(name)) for name in own})

    @staticmethod
    def changed(file):
        # chmod(2): without CAP_FSETID a file of a group that is not the caller's loses the set-group-ID bit.
        return file.chmod(ASKED if file.gid == RUNTIME_USER else ASKED & ~stat.S_ISGID)

    def test_the_runtime_user_deletes_all_from_its_directory(self):
        names = self.names()

        def delete(name):
            if self.seen(name).kind == stat.S_IFDIR:
                os.rmdir(self.in_merged(name))
            else:
                os.unlink(self.in_merged(name))

        self.assert_outcomes(as_runtime_user(delete, names), dict.fromkeys(names, 0))
        self.assert_shown(dict.fromkeys(names))

    def test_the_runtime_user_renames_all_but_directories(self):
        names = self.names()
        outcomes = as_runtime_user(lambda name: os.rename(self.in_merged(name), self.in_merged(self.new(name))), names)
        # A renamed directory would have to be found by a redirect (overlayfs.rst, "renaming directories"). Renaming one
        # into another parent would take the right to write it too (rename(2)); here ".." stays what it is.
        moved = [name for name in names if self.seen(name).kind != stat.S_IFDIR]
        self.assert_outcomes(outcomes, {name: 0 if name in moved else errno.EXDEV for name in names})
        self.assert_shown({self.new(name): self.seen(name) for name in moved} | dict.fromkeys(moved))

    @staticmethod
    def new(name):
        return f"new {name}"


class AnIdmappedLayer(Operations, LayerCase):
    top_owner = SANDBOX_USER
    map_id = staticmethod(swap)


class ALayerThatIsNotIdmapped(Operations, LayerCase):
    top_owner = RUNTIME_USER
    map_id = staticmethod(identity)
