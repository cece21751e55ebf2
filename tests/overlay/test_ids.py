"""Whose files are whose: in the mount, after they are copied up, and in the next mount.

The expectations follow from mount_setattr(2) "ID-mapped mounts", the kernel's idmappings.rst and overlayfs.rst, and the
manual pages named where they count. They are the same for every kernel from 6.1 on, but for what SHOWS_LISTS_MAPPED says.
"""

import errno
import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

from tests.overlay import layer_files_table
from tests.overlay.layer_case import LayerCase, as_runtime_user, identity, swap
from tests.overlay.layer_files import File
from tests.overlay.sandbox import CONFIGURATION, RUNTIME_USER, SANDBOX_USER, THIRD_USER

# Bits that the caller of chmod wants and does not all get.
ASKED = 0o6751


class Operations:
    """What is done to every file, by who may and who may not."""

    ROWS = layer_files_table.rows()

    def rows(self):
        return self.ROWS

    def test_all_is_shown_with_its_ids_mapped_and_else_as_it_lies_there(self):
        self.assert_shown({})

    def test_a_copy_shows_what_was_shown_before(self):
        for name in self.names():
            # New times copy a file of any kind up, and take nothing from it.
            os.utime(self.in_merged(name), follow_symlinks=False)
        self.assert_shown({name: self.seen(name) for name in self.names()})

    def test_the_runtime_user_writes_what_it_is_shown_to_be_let_write(self):
        def write(name):
            with open(self.in_merged(name), "ab") as file:
                file.write(b"more\n")

        names = self.names(stat.S_IFREG)
        may = [name for name in names if self.seen(name).may_write(RUNTIME_USER, RUNTIME_USER)]
        self.assert_outcomes(as_runtime_user(write, names),
                             {name: 0 if name in may else errno.EACCES for name in names})
        self.assert_shown({name: self.written(self.seen(name)) for name in may})

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
        outcomes = as_runtime_user(lambda name: os.lchown(self.in_merged(name), THIRD_USER, -1), self.names())
        self.assert_outcomes(outcomes, errno.EPERM)
        self.assert_shown({})

    def test_the_runtime_user_takes_its_own_into_its_own_group(self):
        names = self.names()
        outcomes = as_runtime_user(lambda name: os.lchown(self.in_merged(name), -1, RUNTIME_USER), names)
        own = [name for name in names if self.seen(name).uid == RUNTIME_USER]
        self.assert_outcomes(outcomes, {name: 0 if name in own else errno.EPERM for name in names})
        self.assert_shown({name: replace(self.given(self.seen(name), RUNTIME_USER), gid=RUNTIME_USER) for name in own})

    def test_the_runtime_user_changes_the_mode_of_its_own(self):
        # A link has no mode that could be changed.
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
        def delete(name):
            if self.seen(name).kind == stat.S_IFDIR:
                os.rmdir(self.in_merged(name))
            else:
                os.unlink(self.in_merged(name))

        self.assert_outcomes(as_runtime_user(delete, self.names()), 0)
        self.assert_shown(dict.fromkeys(self.names()))

    def test_the_runtime_user_renames_all_but_directories(self):
        names = self.names()
        outcomes = as_runtime_user(lambda name: os.rename(self.in_merged(name), self.in_merged(f"new {name}")), names)
        # A renamed directory would have to be found by a redirect (overlayfs.rst, "renaming directories").
        moved = [name for name in names if self.seen(name).kind != stat.S_IFDIR]
        self.assert_outcomes(outcomes, {name: 0 if name in moved else errno.EXDEV for name in names})
        self.assert_shown({f"new {name}": self.seen(name) for name in moved} | dict.fromkeys(moved))


class AnIdmappedLayer(Operations, LayerCase):
    pass


class ALayerThatIsNotIdmapped(Operations, LayerCase):
    top_owner = RUNTIME_USER
    map_uid = map_gid = staticmethod(identity)


class ALayerOfAThirdUser(LayerCase):
    """Not idmapped either, whatever of it belongs to the sandbox."""

    top_owner = THIRD_USER
    map_uid = map_gid = staticmethod(identity)

    def rows(self):
        return Operations.ROWS

    def test_all_is_shown_as_it_lies_there(self):
        self.assert_shown({})


class OtherUsers(LayerCase):
    """Users and groups whose numbers differ from those of the other tests: {user: (uid, gid)}."""

    RUNTIME, SANDBOX = None, None

    def setUp(self):
        self.top_owner = self.SANDBOX[0]
        self.map_uid = swap(self.RUNTIME[0], self.SANDBOX[0])
        self.map_gid = swap(self.RUNTIME[1], self.SANDBOX[1])
        super().setUp()

    def configure(self, text=""):
        super().configure(text)
        # A user's group is that of its first entry; without one it has the user's number.
        entries = "".join(f"test-{uid}:x:{uid}:{gid}::/:/bin/false\n" for uid, gid in (self.RUNTIME, self.SANDBOX))
        Path("/run/passwd").write_text(entries + Path("/etc/passwd").read_text())
        subprocess.run(["mount", "--bind", "/run/passwd", "/etc/passwd"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/etc/passwd"], check=True)
        CONFIGURATION.write_text(
            CONFIGURATION.read_text().replace(f"RuntimeUser={RUNTIME_USER}", f"RuntimeUser={self.RUNTIME[0]}")
            .replace(f"SandboxUser={SANDBOX_USER}", f"SandboxUser={self.SANDBOX[0]}"))

    def rows(self):
        ids = sorted({0, 1, 2, layer_files_table.OVERFLOW_ID, layer_files_table.LAST_ID,
                      *(one + step for one in self.RUNTIME + self.SANDBOX for step in (-1, 0, 1)
                        if 0 <= one + step <= layer_files_table.LAST_ID)})
        return {f"uid {uid} gid {gid}": File(stat.S_IFREG, 0o664, uid, gid, b"x") for uid in ids for gid in ids}

    def copy_all_up(self):
        for name in self.names():
            os.utime(self.in_merged(name))
        self.assert_shown({name: self.seen(name) for name in self.names()})


class UsersOfOneGroup(OtherUsers):
    RUNTIME, SANDBOX = (61001, 61009), (61002, 61009)

    def test_only_their_uids_are_swapped(self):
        self.copy_all_up()


class UsersWhoseGroupsHaveOtherNumbers(OtherUsers):
    # A gid that is a uid of the other, and two in the other order than their uids.
    RUNTIME, SANDBOX = (61001, 61008), (61005, 61001)

    def test_uids_and_gids_are_swapped_apart(self):
        self.copy_all_up()


class UsersAtTheEndsOfTheIds(OtherUsers):
    RUNTIME, SANDBOX = (layer_files_table.LAST_ID,) * 2, (1, 1)

    def test_all_between_them_is_as_it_is(self):
        self.copy_all_up()


class UsersAtTheOtherEnds(OtherUsers):
    RUNTIME, SANDBOX = (1, 2), (layer_files_table.LAST_ID, 0)

    def test_root_too_may_be_the_group_of_one(self):
        self.copy_all_up()
