"""A layer of files in a mount, compared with what should be seen of them, and processes of other users."""

import errno
import functools
import json
import os
import stat
from dataclasses import replace

from tests.overlay.layer_files import Acl, look
from tests.overlay.sandbox import ROOT, RUNTIME_USER, SANDBOX_USER, HelperCase

WHITEOUT = (stat.S_IFCHR, 0)
# Until Linux 6.2 gave access control lists calls of their own, an overlay showed those of an idmapped layer with the
# ids that lie on the disk. What they permit was right all the same, and so is the list of a file that was copied up.
SHOWS_LISTS_MAPPED = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 2)


def identity(number):
    return number


def swap(one, other):
    return lambda number: {one: other, other: one}.get(number, number)


swap_users = swap(SANDBOX_USER, RUNTIME_USER)


def as_user(user, function, names):
    """{name: 0 or the errno of function(name)}, in a child of that user without capabilities or other groups."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.umask(0)
        outcomes = [outcome_of(function, name) for name in names]
        with open(writing, "w") as pipe:
            json.dump(outcomes, pipe)
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        outcomes = json.load(pipe)
    os.waitpid(child, 0)
    return dict(zip(names, outcomes, strict=True))


def outcome_of(function, name):
    try:
        function(name)
    except OSError as error:
        return error.errno
    except Exception as error:  # A child has no other way to tell its parent.
        return repr(error)
    return 0


def as_runtime_user(function, names):
    return as_user(RUNTIME_USER, function, names)


class LayerCase(HelperCase):
    """A layer with the files of `rows` above the installation, mounted."""

    # The owner of the layer's top directory, which decides whether it is idmapped.
    top_owner = SANDBOX_USER
    map_uid = staticmethod(swap_users)
    map_gid = staticmethod(swap_users)

    def rows(self):
        """{name: File} of the layer."""
        return {}

    def setUp(self):
        super().setUp()
        self.layer = ROOT / "overlays/files"
        self.layer.mkdir(mode=0o755)
        os.chown(self.layer, self.top_owner, self.top_owner)
        for name, file in self.rows().items():
            file.make(self.on_disk(name))
        self.write_env("alpha", layers="overlays/files:installation")
        self.fill_layer()
        self.assert_done("mount", "alpha")

    def fill_layer(self):
        """Puts into the layer what is no row."""

    def mount_again(self):
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")

    def on_disk(self, name):
        return os.path.join(os.fsencode(self.layer), os.fsencode(name))

    def in_merged(self, name):
        return os.path.join(os.fsencode(self.merged()), os.fsencode(name))

    def in_upper(self, name):
        return os.path.join(os.fsencode(self.upper()), os.fsencode(name))

    @functools.cache
    def seen(self, name):
        return self.rows()[name].map_ids(self.map_uid, self.map_gid)

    def seen_in_layer(self, name):
        """As it is seen until it is copied up."""
        file = self.seen(name)
        if SHOWS_LISTS_MAPPED:
            return file
        lists = {key: value for key, value in self.rows()[name].attributes.items() if isinstance(value, Acl)}
        return replace(file, attributes=file.attributes | lists)

    def names(self, *kinds):
        """Those of the rows that are one of `kinds`, or all."""
        return [name for name, file in self.rows().items() if not kinds or file.kind in kinds]

    def assert_shown(self, expected):
        """Merged, the next mount and upper show what is expected, and the layer is as it was.

        :param expected: {name: File, or None where it is deleted}; all other rows are as they were seen from the
                         start, and not in upper
        """
        shown = {name: self.seen_in_layer(name) for name in self.names()} | expected
        self.assert_shown_in_merged(shown, "in this mount")
        if expected:
            # An empty upper would make the next mount this one.
            self.mount_again()
            self.assert_shown_in_merged(shown, "in the next mount")
        for name, file in self.rows().items():
            with self.subTest("in the layer", name=name):
                self.assertEqual(look(self.on_disk(name)), file.map_ids(identity, identity))
        for name in shown:
            with self.subTest("in upper", name=name):
                self.assertEqual(os.path.lexists(self.in_upper(name)), name in expected)
                if shown[name] is None:
                    self.assert_whiteout(self.in_upper(name))
                elif name in expected:
                    self.assertEqual(look(self.in_upper(name)), expected[name])

    def assert_shown_in_merged(self, shown, mount):
        listed = set(os.listdir(os.fsencode(self.merged())))
        for name, file in shown.items():
            with self.subTest(mount, name=name):
                self.assertEqual(os.fsencode(name) in listed, file is not None)
                self.assertEqual(os.path.lexists(self.in_merged(name)), file is not None)
                if file:
                    self.assertEqual(look(self.in_merged(name)), file)

    def assert_whiteout(self, path):
        status = os.lstat(path)
        self.assertEqual((stat.S_IFMT(status.st_mode), status.st_rdev), WHITEOUT)

    def assert_outcomes(self, outcomes, expected):
        """`expected`: {name: errno or 0}, or one for all."""
        for name, outcome in outcomes.items():
            wanted = expected[name] if isinstance(expected, dict) else expected
            with self.subTest("the outcome", name=name):
                self.assertEqual(errno.errorcode.get(outcome, outcome), errno.errorcode.get(wanted, wanted))
