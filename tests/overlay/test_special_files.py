"""What is more than an owner and a mode: links, devices, fifos, sockets, programs, whiteouts, names, inheritance."""

import errno
import os
import shutil
import socket
import stat
import subprocess
from contextlib import contextmanager

from tests.overlay.layer_case import LayerCase, as_runtime_user, as_user, identity
from tests.overlay.layer_files import (
    ACCESS_ACL, CAP_SYS_ADMIN, CAPABILITY, DEFAULT_ACL, Acl, File, bind_socket, capability, look)
from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, THIRD_USER

NULL, LOOP = os.makedev(1, 3), os.makedev(7, 200)


@contextmanager
def opened(path, flags):
    fd = os.open(path, flags)
    try:
        yield fd
    finally:
        os.close(fd)


def plain_file(uid=SANDBOX_USER, gid=None, mode=0o644, contents=b"contents\n", **options):
    return File(stat.S_IFREG, mode, uid, uid if gid is None else gid, contents, **options)


class HardLinks(LayerCase):
    """overlayfs.rst, "Non-standard behavior": without index=on, writing to one name breaks the link."""

    def fill_layer(self):
        plain_file().make(self.on_disk("one"))
        os.mkdir(self.on_disk("directory"))
        for name in ("other", "directory/third"):
            os.link(self.on_disk("one"), self.on_disk(name))

    def assert_links(self, expected):
        """Here and in the next mount: {name: (link count, contents)}; the layer's stay three names of one file."""
        for mount in ("in this mount", "in the next mount"):
            if mount == "in the next mount":
                self.mount_again()
            for name, (count, contents) in expected.items():
                with self.subTest(mount, name=name):
                    self.assertEqual(os.lstat(self.in_merged(name)).st_nlink, count)
                    self.assertEqual(look(self.in_merged(name)), plain_file(RUNTIME_USER, contents=contents))
        for name in ("one", "other", "directory/third"):
            self.assertEqual(os.lstat(self.on_disk(name)).st_nlink, 3)
            self.assertEqual(look(self.on_disk(name)), plain_file())

    def test_they_are_one_file_until_one_is_written(self):
        self.assertEqual(len({os.lstat(self.in_merged(name)).st_ino for name in ("one", "other", "directory/third")}), 1)
        self.assert_links(dict.fromkeys(("one", "other", "directory/third"), (3, b"contents\n")))

    def test_what_is_written_to_one_does_not_show_in_the_others(self):
        with open(self.in_merged("one"), "ab") as file:
            file.write(b"more\n")
        self.assert_links({"one": (1, b"contents\nmore\n"), "other": (3, b"contents\n"),
                           "directory/third": (3, b"contents\n")})

    def test_the_others_stay_when_one_is_deleted(self):
        os.unlink(self.in_merged("one"))
        self.assert_links({"other": (3, b"contents\n"), "directory/third": (3, b"contents\n")})
        self.assertFalse(os.path.lexists(self.in_merged("one")))

    def test_a_link_that_the_runtime_user_makes_is_one(self):
        outcomes = as_runtime_user(lambda name: os.link(self.in_merged("one"), self.in_merged(name)), ["new"])
        self.assert_outcomes(outcomes, 0)
        with open(self.in_merged("new"), "ab") as file:
            file.write(b"more\n")
        self.assert_links({"one": (2, b"contents\nmore\n"), "new": (2, b"contents\nmore\n"),
                           "other": (3, b"contents\n")})


class Devices(LayerCase):
    """The mount is nodev, and so is what is copied up, wherever the upper layer lies."""

    def rows(self):
        return {f"{kind:o} of {owner}": File(kind, 0o666, owner, owner, device=device)
                for owner in (SANDBOX_USER, RUNTIME_USER, 0)
                for kind, device in ((stat.S_IFCHR, NULL), (stat.S_IFBLK, LOOP))}

    def open(self, name):
        with opened(self.in_merged(name), os.O_RDONLY):
            pass

    def assert_none_opens(self):
        self.assert_outcomes(as_runtime_user(self.open, self.names()), errno.EACCES)
        self.assert_outcomes(as_user(0, self.open, self.names()), errno.EACCES)

    def test_nobody_opens_one(self):
        with opened(self.on_disk(f"{stat.S_IFCHR:o} of {SANDBOX_USER}"), os.O_RDONLY):
            # In the layer it opens: nothing else than the mount keeps it shut.
            pass
        self.assert_none_opens()

    def test_nobody_opens_its_copy(self):
        for name in self.names():
            os.utime(self.in_merged(name))
        self.assert_shown({name: self.seen(name) for name in self.names()})
        self.assert_none_opens()


class FifosAndSockets(LayerCase):
    def rows(self):
        return {"fifo": File(stat.S_IFIFO, 0o666, SANDBOX_USER, SANDBOX_USER)}

    def fill_layer(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        bind_socket(self.on_disk("socket"), self.listener)
        os.chmod(self.on_disk("socket"), 0o666)
        self.listener.listen()

    def connect(self, path):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(os.fsdecode(path))

    def test_a_fifo_joins_those_who_open_it_in_the_mount(self):
        with opened(self.in_merged("fifo"), os.O_RDONLY | os.O_NONBLOCK) as reader, \
                opened(self.in_merged("fifo"), os.O_WRONLY | os.O_NONBLOCK) as writer:
            os.write(writer, b"message")
            self.assertEqual(os.read(reader, 100), b"message")

    def test_a_fifo_does_not_join_the_sandbox_and_a_server(self):
        # Each of the two inodes has a pipe of its own.
        with opened(self.in_merged("fifo"), os.O_RDONLY | os.O_NONBLOCK):
            with self.assertRaises(OSError) as raised, opened(self.on_disk("fifo"), os.O_WRONLY | os.O_NONBLOCK):
                pass
            self.assertEqual(raised.exception.errno, errno.ENXIO)

    def test_a_socket_that_the_sandbox_listens_on_takes_no_server(self):
        self.connect(self.on_disk("socket"))
        # Sockets are found by their inode, and that in the mount is another one.
        self.assert_outcomes(as_runtime_user(lambda name: self.connect(self.in_merged(name)), ["socket"]),
                             errno.ECONNREFUSED)


class Programs(LayerCase):
    """The mount is nosuid. The same files in the layer, which is on a mount that is not, show that they would work."""

    SET_USER, SET_GROUP, CAPABLE = "set-user", "set-group", "capable"

    def rows(self):
        cat = shutil.which("cat")
        with open(cat, "rb") as file:
            contents = file.read()
        return {self.SET_USER: plain_file(THIRD_USER, 0, 0o4755, contents),
                self.SET_GROUP: plain_file(0, THIRD_USER, 0o2755, contents),
                self.CAPABLE: plain_file(0, 0, 0o755, contents, attributes={CAPABILITY: capability()})}

    def identity_of(self, program):
        """(effective uid, effective gid, CAP_SYS_ADMIN is effective) of a program that the runtime user starts."""
        status = subprocess.run(["cat", "/proc/self/status"], executable=program, capture_output=True, text=True,
                                check=True, user=RUNTIME_USER, group=RUNTIME_USER, extra_groups=[]).stdout
        fields = {key: value.split() for key, _, value in (line.partition(":") for line in status.splitlines())}
        return (int(fields["Uid"][1]), int(fields["Gid"][1]), bool(int(fields["CapEff"][0], 16) >> CAP_SYS_ADMIN & 1))

    def test_they_gain_nothing(self):
        self.assertEqual(self.identity_of(self.on_disk(self.SET_USER)), (THIRD_USER, RUNTIME_USER, False))
        self.assertEqual(self.identity_of(self.on_disk(self.SET_GROUP)), (RUNTIME_USER, THIRD_USER, False))
        self.assertEqual(self.identity_of(self.on_disk(self.CAPABLE)), (RUNTIME_USER, RUNTIME_USER, True))
        for copied in (False, True):
            for name in self.names():
                with self.subTest(name, copied=copied):
                    if copied:
                        os.utime(self.in_merged(name))
                    self.assertEqual(self.identity_of(self.in_merged(name)), (RUNTIME_USER, RUNTIME_USER, False))


class Whiteouts(LayerCase):
    """A character device 0/0 takes no capability to make (mknod(2), since Linux 5.8): the sandbox has whiteouts.

    They hide what lies in the layers below, as a file of its own there would.
    """

    NAMES = ["srcds_run", "cfg/server.cfg", "pure/file", "nowhere"]

    def fill_layer(self):
        for directory in ("cfg", "pure"):
            os.mkdir(self.on_disk(directory))
            os.chown(self.on_disk(directory), SANDBOX_USER, SANDBOX_USER)
        outcomes = as_user(SANDBOX_USER, lambda name: os.mknod(self.on_disk(name), stat.S_IFCHR | 0o666, 0), self.NAMES)
        self.assert_outcomes(outcomes, 0)

    def test_they_and_what_they_hide_are_not_there(self):
        for name in self.NAMES:
            self.assertFalse(os.path.lexists(self.in_merged(name)), name)
        self.assertEqual(os.listdir(self.in_merged("")), [b"cfg", b"pure"])
        self.assertEqual(os.listdir(self.in_merged("cfg")), [])

    def test_a_directory_of_one_layer_lists_them_all_the_same(self):
        # The kernel merges listings, and only a merged one leaves whiteouts out.
        self.assertEqual(os.listdir(self.in_merged("pure")), [b"file"])
        self.assertEqual(os.path.lexists(self.in_merged("pure/file")), False)

    def test_the_runtime_user_writes_and_deletes_in_their_place(self):
        def write(name):
            with open(self.in_merged(name), "xb") as file:
                file.write(b"new\n")

        self.assert_outcomes(as_runtime_user(write, self.NAMES), 0)
        self.mount_again()
        for name in self.NAMES:
            self.assertEqual(look(self.in_merged(name)), plain_file(RUNTIME_USER, mode=0o666, contents=b"new\n"))
        self.assert_outcomes(as_runtime_user(lambda name: os.unlink(self.in_merged(name)), self.NAMES), 0)
        self.mount_again()
        for name in self.NAMES:
            self.assertFalse(os.path.lexists(self.in_merged(name)), name)

    def test_the_runtime_user_removes_a_directory_of_nothing_else(self):
        self.assert_outcomes(as_runtime_user(lambda name: os.rmdir(self.in_merged(name)), ["cfg", "pure"]), 0)
        self.assert_whiteout(self.in_upper("cfg"))
        self.assert_whiteout(self.in_upper("pure"))


class ForgedMetadata(LayerCase):
    """The sandbox can write the attributes of a mount with userxattr, and not those of this one."""

    def fill_layer(self):
        os.mkdir(self.on_disk("cfg"))
        with open(self.on_disk("empty"), "xb"):
            pass
        for name in ("cfg", "empty"):
            os.chown(self.on_disk(name), SANDBOX_USER, SANDBOX_USER)
        attributes = {"opaque": b"y", "whiteout": b"y", "redirect": b"/addon.vpk", "metacopy": b"", "impure": b"y"}
        forged = [f"user.overlay.{name}" for name in attributes]
        for path in ("cfg", "empty", ""):
            self.assert_outcomes(as_user(SANDBOX_USER, lambda name: os.setxattr(
                self.on_disk(path), name, attributes[name.rpartition(".")[2]]), forged), 0)
            self.assert_outcomes(as_user(SANDBOX_USER, lambda name: os.setxattr(
                self.on_disk(path), name, b"y"), ["trusted.overlay.opaque", "trusted.overlay.redirect"]), errno.EPERM)

    def test_it_has_no_effect(self):
        self.assertEqual(look(self.in_merged("cfg/server.cfg")), plain_file(RUNTIME_USER, contents=b"base\n"))
        self.assertEqual(look(self.in_merged("srcds_run")).contents, b"#!/bin/sh\n")
        self.assertEqual(look(self.in_merged("empty")).contents, b"")

    def test_the_runtime_user_cannot_write_the_real_ones(self):
        outcomes = as_runtime_user(lambda name: os.setxattr(self.in_merged("cfg"), name, b"y"),
                                   ["trusted.overlay.opaque", "trusted.overlay.redirect"])
        self.assert_outcomes(outcomes, errno.EPERM)
        self.assertEqual(look(self.in_merged("cfg/server.cfg")).contents, b"base\n")


class Names(LayerCase):
    NAMES = [b"line\nbreak", b"back\\slash", b"invalid \xff\xfe", b"\xc3", b"x" * 255, b"\xff" * 255, b"-rf", b" blank ",
             b"tab\t", b"a:b,c=d", b"'\"", b"$HOME `id` %n", b"*?[", "\u4e2d\u00e9".encode(), b"\x01\x1b[31m\x7f",
             b"x,upperdir=", b"#1"]

    def rows(self):
        return {name: plain_file(contents=name) for name in self.NAMES}

    def test_they_are_shown(self):
        self.assert_shown({})

    def test_they_are_copied_up(self):
        for name in self.NAMES:
            os.utime(self.in_merged(name))
        self.assert_shown({name: self.seen(name) for name in self.NAMES})

    def test_they_are_deleted(self):
        self.assert_outcomes(as_runtime_user(lambda name: os.unlink(self.in_merged(name)), self.NAMES), 0)
        self.assert_shown(dict.fromkeys(self.NAMES))


class InheritanceAndStickiness:
    """What ids decide about the files of a directory, by the ids that are shown."""

    OWNERS = {"sandbox": SANDBOX_USER, "runtime": RUNTIME_USER, "third": THIRD_USER, "root": 0}
    LIST = Acl(owner=7, group=5, mask=7, other=0, users={SANDBOX_USER: 6, THIRD_USER: 4}, groups={RUNTIME_USER: 1})

    def rows(self):
        everybody = 0o777
        return {
            **{f"sticky of {owner}": File(stat.S_IFDIR, 0o1777, number, number) for owner, number in self.OWNERS.items()},
            **{f"group of {owner}": File(stat.S_IFDIR, 0o2000 | everybody, 0, number)
               for owner, number in self.OWNERS.items()},
            "with a list": File(stat.S_IFDIR, everybody, 0, 0, attributes={DEFAULT_ACL: self.LIST}),
        }

    def fill_layer(self):
        for directory in self.names():
            for owner, number in self.OWNERS.items():
                plain_file(number).make(self.on_disk(f"{directory}/{owner}"))

    def test_in_a_sticky_directory_the_runtime_user_deletes_its_own_only(self):
        # As it is shown: its own directory's files are all its own to delete (unlink(2)).
        names = {f"sticky of {directory}/{owner}": 0 if RUNTIME_USER in (self.map_uid(of_directory), self.map_uid(of_file))
                 else errno.EPERM
                 for directory, of_directory in self.OWNERS.items() for owner, of_file in self.OWNERS.items()}
        self.assert_outcomes(as_runtime_user(lambda name: os.unlink(self.in_merged(name)), list(names)), names)
        self.mount_again()
        for name, outcome in names.items():
            self.assertEqual(os.path.lexists(self.in_merged(name)), outcome != 0, name)

    def create(self, name):
        with open(self.in_merged(f"{name}/new"), "xb"):
            pass
        os.mkdir(self.in_merged(f"{name}/new directory"))

    def test_what_is_made_in_a_set_group_id_directory_is_of_the_group_that_is_shown(self):
        names = [f"group of {owner}" for owner in self.OWNERS]
        self.assert_outcomes(as_runtime_user(self.create, names), 0)
        self.mount_again()
        for name in names:
            gid = self.seen(name).gid
            for place in (self.in_merged, self.in_upper):
                self.assertEqual(look(place(f"{name}/new")),
                                 File(stat.S_IFREG, 0o666, RUNTIME_USER, gid))
                self.assertEqual(look(place(f"{name}/new directory")),
                                 File(stat.S_IFDIR, 0o2777, RUNTIME_USER, gid))

    def test_what_is_made_below_a_default_list_has_the_list_that_is_shown(self):
        self.assert_outcomes(as_runtime_user(self.create, ["with a list"]), 0)
        self.mount_again()
        shown = self.seen("with a list").attributes[DEFAULT_ACL]
        # acl(5), "OBJECT CREATION AND DEFAULT ACLs": what the maker did not ask for is taken away.
        of_file = shown.chmod(shown.mode() & 0o666)
        for place in (self.in_merged, self.in_upper):
            self.assertEqual(look(place("with a list/new")),
                             File(stat.S_IFREG, of_file.mode(), RUNTIME_USER, RUNTIME_USER,
                                  attributes={ACCESS_ACL: of_file}))
            self.assertEqual(look(place("with a list/new directory")),
                             File(stat.S_IFDIR, shown.mode(), RUNTIME_USER, RUNTIME_USER,
                                  attributes={ACCESS_ACL: shown, DEFAULT_ACL: shown}))


class DirectoriesOfAnIdmappedLayer(InheritanceAndStickiness, LayerCase):
    pass


class DirectoriesOfALayerThatIsNotIdmapped(InheritanceAndStickiness, LayerCase):
    top_owner = RUNTIME_USER
    map_uid = map_gid = staticmethod(identity)
