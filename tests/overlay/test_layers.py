"""How many layers there may be, where they may lie and what they may be called."""

import os
import re
import shutil
import subprocess

from tests.overlay.sandbox import (
    BAD_CONFIGURATION, REFUSED, ROOT, RUNTIME_USER, SANDBOX_USER, SYSTEM_CALL_FAILED, HelperCase, mount_entries,
    run_helper)

MOST_LAYERS = 500
LONGEST_PATH = 4095
LONGEST_NAME = 255

# Of one component or several.
MOUNTED = {
    "with blanks": b" a  b ",
    "of a blank": b" ",
    "with a comma": b"a,b",
    "of a comma": b",",
    "with a colon": b"a:b",
    "of two colons": b"::",
    "with a backslash": b"a\\b",
    "that ends in a backslash": b"a\\",
    "with a backslash before a colon": b"a\\:b",
    "of an octal escape": b"\\054",
    "with quotes": b"a\"b'c`d",
    "with an equals sign": b"a=b",
    "with a percent sign": b"100%n%i",
    "with a dollar sign": b"$HOME ${HOME} $(id)",
    "with glob characters": b"*?[a]{b,c}~",
    "with a leading dash": b"-rf",
    "of a number, as a staged layer is called": b"0",
    "with a comment sign": b"#a;b",
    "with a dot before it": b".a",
    "of three dots": b"...",
    "in another script": "\u4e2d\u6587 \u00e9\u0301 \U0001f9df".encode(),
    "with options of overlayfs": b"x,upperdir=/etc",
    "with more options of overlayfs": b"x,workdir=/tmp,userxattr,volatile",
    "with a list of layers": b"a:/etc:b",
    "with an escaped list of layers": b"a\\:/etc\\,redirect_dir=on",
    "with the signs of lowerdir+ and of data layers": b"+::lowerdir+=x",
    "of 255 bytes": b"n" * LONGEST_NAME,
    "of 255 colons": b":" * LONGEST_NAME,
    "of 255 backslashes": b"\\" * LONGEST_NAME,
    "of 3,900 bytes in all": b"/".join([b",:\\= " * 49] * 16)[:3900],
}
# Each with how it is shown.
WITH_CONTROL_CHARACTERS = {
    "with a tab": (b"a\tb", "overlays/a\\x09b"),
    "with an escape": (b"\x1b[31m", "overlays/\\x1b[31m"),
    "with a delete character": (b"a\x7f", "overlays/a\\x7f"),
    "with a next line character": ("a\u0085b".encode(), "overlays/a\\xc2\\x85b"),
    "with a line separator": ("a\u2028b".encode(), "overlays/a\\xe2\\x80\\xa8b"),
}
WITH_LINE_ENDS = [b"a\nL4D2_PORT=1", b"a\rb"]
# What is said of odd names that are taken.
DOUBTS = re.compile(r"instance\.env:1: the layer ['\"].* (has a blank at an end of a name|is taken unexpanded|"
                    r"has what looks like a comment and is not): ")
NO_UTF_8 = {
    "in Latin-1": b"caf\xe9",
    "with a surrogate": b"a\xed\xa0\x80",
    "with a slash in two bytes": b"a\xc0\xafb",
}


def open_new_directory(path, owner):
    """A directory of that owner and its parents, of root; no call is given more than one component."""
    fd = os.open("/", os.O_PATH)
    components = path.strip(b"/").split(b"/")
    for component in components:
        try:
            os.mkdir(component, dir_fd=fd)
        except FileExistsError:
            pass
        parent, fd = fd, os.open(component, os.O_PATH | os.O_DIRECTORY, dir_fd=fd)
        os.close(parent)
    os.chown(f"/proc/self/fd/{fd}", owner, owner)
    return fd


def write_layer(path, owner, name):
    fd = open_new_directory(path, owner)
    try:
        with open(f"/proc/self/fd/{fd}/{name}", "x") as file:
            file.write(f"{name}\n")
        os.chown(f"/proc/self/fd/{fd}/{name}", owner, owner)
    finally:
        os.close(fd)


def below_root(path):
    return os.path.join(os.fsencode(ROOT), path)


def kernel():
    return tuple(int(number) for number in os.uname().release.split(".")[:2])


class LayersCase(HelperCase):
    def write_layers(self, *layers):
        """instance.env with layers of any bytes, as the README says to write them."""
        value = b":".join(layer.replace(b"\\", b"\\\\").replace(b":", b"\\:") for layer in layers)
        quoted = b"'" + value.replace(b"'", b"'\"'\"'") + b"'"
        (ROOT / "instances/alpha/instance.env").write_bytes(b"L4D2_LOWERDIRS=" + quoted + b"\nL4D2_PORT=27015\n")

    def mount_with_doubts(self):
        """What is odd may be warned of, and is mounted."""
        done = run_helper("mount", "alpha")
        said = [line for line in done.stderr.splitlines()
                if not DOUBTS.search(line) and "so the server cannot be started" not in line]
        self.assertEqual((done.returncode, said), (0, []))

    def assert_shown(self, *names):
        for name in names:
            self.assert_shown_in_merged(name)
        self.assert_upper_is_written()

    def assert_shown_in_merged(self, name):
        """A file that write_layer() wrote is there, the runtime user's whoever owns the layer."""
        path = self.merged() / name
        self.assertEqual((path.read_text(), path.stat().st_uid, path.stat().st_gid),
                         (f"{name}\n", RUNTIME_USER, RUNTIME_USER))

    def assert_upper_is_written(self):
        (self.merged() / "written").write_text("")
        self.assertEqual(os.listdir(self.upper()), ["written"])
        self.assert_mounted_once()

    def attach(self, place, *command, owner=None):
        """Mounts something until the test is over, by mount(8)."""
        place = ROOT / place
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *command, place], check=True)
        self.attached.append(place)
        if owner is not None:
            os.chown(place, owner, owner)
        return place

    def setUp(self):
        super().setUp()
        self.attached = []

    def tearDown(self):
        for name in self.instances():
            while mount_entries(self.merged(name)):
                subprocess.run(["umount", self.merged(name)], check=True)
        while self.attached:
            subprocess.run(["umount", self.attached.pop()], check=True)
        super().tearDown()


class Names(LayersCase):
    def test_layers_of_any_name_are_mounted(self):
        layers = []
        for number, name in enumerate(MOUNTED.values()):
            write_layer(below_root(b"overlays/" + name), SANDBOX_USER, f"idmapped{number}")
            write_layer(below_root(b"workshop_cache/" + name), RUNTIME_USER, f"plain{number}")
            # One relative to the state root and one absolute.
            layers += [b"overlays/" + name, below_root(b"workshop_cache/" + name)]
        self.write_layers(*layers, b"installation")
        self.mount_with_doubts()
        for number, what in enumerate(MOUNTED):
            with self.subTest(f"a layer {what}"):
                for kind in ("idmapped", "plain"):
                    self.assert_shown_in_merged(f"{kind}{number}")
        self.assertEqual((self.merged() / "srcds_run").read_text(), "#!/bin/sh\n")
        self.assert_upper_is_written()

    def test_layers_with_control_characters_are_refused(self):
        """All at once, as the reader reports them."""
        self.write_layers(*(b"overlays/" + name for name, _ in WITH_CONTROL_CHARACTERS.values()))
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, BAD_CONFIGURATION, done.stderr)
        lines = done.stderr.splitlines()
        for line, (what, (_, shown)) in zip(lines, WITH_CONTROL_CHARACTERS.items(), strict=True):
            with self.subTest(f"a layer {what}"):
                self.assertIn(f"instance.env:1: the layer '{shown}' has a control character: rename", line)
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    def test_a_line_end_in_the_list_is_refused(self):
        for name in WITH_LINE_ENDS:
            with self.subTest(name):
                self.write_layers(b"overlays/" + name, b"installation")
                self.assert_refused(BAD_CONFIGURATION, "instance.env:1: L4D2_LOWERDIRS has a line end inside its "
                                    "quotes: write the list on one line, or", "mount", "alpha")
        self.assert_not_mounted()

    def test_layers_that_are_no_utf_8_are_refused(self):
        for what, name in NO_UTF_8.items():
            with self.subTest(f"a layer {what}"):
                write_layer(below_root(b"overlays/" + name), RUNTIME_USER, "file")
                self.write_layers(b"overlays/" + name, b"installation")
                self.assert_refused(BAD_CONFIGURATION, "'L4D2_LOWERDIRS' is not valid UTF-8", "mount", "alpha")
                self.assert_not_mounted()


class LongPaths(LayersCase):
    @staticmethod
    def path_of(length):
        path = below_root(b"overlays/")
        # No component is empty or the last one alone too long.
        filler = (b"d" * 199 + b"/") * 20 + b"d" * LONGEST_NAME
        rest = length - len(path)
        return path + filler[-rest:].replace(b"/", b"d", filler[-rest:].startswith(b"/"))

    def test_the_longest_that_the_kernel_takes_is_mounted(self):
        path = self.path_of(LONGEST_PATH)
        self.assertEqual(len(path), LONGEST_PATH)
        write_layer(path, SANDBOX_USER, "deep")
        self.write_layers(path)
        self.assert_done("mount", "alpha")
        self.assert_shown("deep")

    def test_a_relative_one_counts_with_the_state_root(self):
        path = self.path_of(LONGEST_PATH + 1)
        write_layer(path, SANDBOX_USER, "deep")
        self.write_layers(path.removeprefix(below_root(b"")))
        self.assert_refused(BAD_CONFIGURATION, f"is longer than {LONGEST_PATH} bytes", "mount", "alpha")

    def test_a_name_that_no_directory_can_have(self):
        self.write_layers(b"overlays/" + b"n" * (LONGEST_NAME + 1))
        self.assert_refused(SYSTEM_CALL_FAILED, "File name too long", "mount", "alpha")

    def test_ten_of_them_are_more_than_a_page(self):
        names = [b"overlays/" + b"n" * LONGEST_NAME + b"/%d" % number + b"n" * 250 for number in range(10)]
        for number, name in enumerate(names):
            write_layer(below_root(name), SANDBOX_USER, f"file{number}")
        self.write_layers(*names)
        self.assert_done("mount", "alpha")
        self.assert_shown(*(f"file{number}" for number in range(10)))


class Numbers(LayersCase):
    def write_many(self, count):
        """Every second one of the sandbox."""
        names = []
        for number in range(count):
            names.append(b"overlays/%d" % number)
            write_layer(below_root(names[-1]), (SANDBOX_USER, RUNTIME_USER)[number % 2], f"file{number}")
            (ROOT / f"overlays/{number}/topmost").write_text(str(number))
        self.write_layers(*names)

    def test_500_are_mounted_in_their_order(self):
        self.write_many(MOST_LAYERS)
        self.assert_done("mount", "alpha")
        self.assertEqual(set(os.listdir(self.merged())),
                         {"topmost", *(f"file{number}" for number in range(MOST_LAYERS))})
        self.assertEqual((self.merged() / "topmost").read_text(), "0")
        self.assert_shown("file0", "file249", "file250", "file499")
        # Whoever reads the mount table, as systemd does for each server, does not read their names.
        (_, _, options), = mount_entries(self.merged())
        self.assertNotIn("overlays/", options)
        self.assertNotIn("/runtime/", options)
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()

    def test_the_501st_is_refused_with_the_limit(self):
        self.write_many(MOST_LAYERS + 1)
        self.assert_refused(BAD_CONFIGURATION, "L4D2_LOWERDIRS lists 501 layers, and the kernel stacks 500 at most",
                            "mount", "alpha")
        self.assert_not_mounted()

    def test_20_idmapped_ones_with_odd_names_are_mounted(self):
        names = [b"overlays/" + name + b"/x" for name in list(MOUNTED.values())[:20]]
        for number, name in enumerate(names):
            write_layer(below_root(name), SANDBOX_USER, f"file{number}")
        self.write_layers(*names)
        self.mount_with_doubts()
        self.assert_shown(*(f"file{number}" for number in range(20)))


class FileSystems(LayersCase):
    """A layer's top directory that is a mount point."""

    def test_a_directory_bound_from_elsewhere(self):
        write_layer(below_root(b"elsewhere"), SANDBOX_USER, "file")
        self.attach("overlays/bound", "--bind", ROOT / "elsewhere")
        self.write_layers(b"overlays/bound", b"installation")
        self.assert_done("mount", "alpha")
        self.assert_shown("file")

    def test_a_bind_mount_that_is_read_only(self):
        write_layer(below_root(b"elsewhere"), SANDBOX_USER, "file")
        self.attach("overlays/bound", "-o", "bind,ro,noexec", ROOT / "elsewhere")
        self.write_layers(b"overlays/bound", b"installation")
        self.assert_done("mount", "alpha")
        self.assert_shown("file")

    def test_a_tmpfs_of_its_own_that_is_not_idmapped(self):
        self.attach("overlays/tmpfs", "-t", "tmpfs", "tmpfs", owner=RUNTIME_USER)
        write_layer(below_root(b"overlays/tmpfs"), RUNTIME_USER, "file")
        self.write_layers(b"overlays/tmpfs", b"installation")
        self.assert_done("mount", "alpha")
        self.assert_shown("file")

    def test_a_tmpfs_of_its_own_that_is_idmapped_from_linux_6_3(self):
        self.attach("overlays/tmpfs", "-t", "tmpfs", "tmpfs", owner=SANDBOX_USER)
        write_layer(below_root(b"overlays/tmpfs"), SANDBOX_USER, "file")
        self.write_layers(b"overlays/tmpfs", b"installation")
        if kernel() < (6, 3):
            self.assert_refused(REFUSED, "its file system cannot be idmapped by this kernel", "mount", "alpha")
            self.assert_not_mounted()
        else:
            self.assert_done("mount", "alpha")
            self.assert_shown("file")

    def test_an_ext4_of_its_own(self):
        image = ROOT / "image"
        subprocess.run(["truncate", "--size=2M", image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-O", "^has_journal", image], check=True)
        for place, owner in (("overlays/ext4", SANDBOX_USER), ("workshop_cache/ext4", RUNTIME_USER)):
            shutil.copyfile(image, image.with_suffix(f".{owner}"))
            self.attach(place, "-o", "loop", image.with_suffix(f".{owner}"), owner=owner)
            write_layer(below_root(place.encode()), owner, place.partition("_")[0].partition("/")[0])
        self.write_layers(b"overlays/ext4", b"workshop_cache/ext4", b"installation")
        self.assert_done("mount", "alpha")
        self.assert_shown("overlays", "workshop")

    def test_what_is_mounted_below_a_layer_does_not_show(self):
        for layer, owner in (("overlays/idmapped", SANDBOX_USER), ("overlays/plain", RUNTIME_USER)):
            self.write_layer(layer, owner, {f"below_{owner}/file": "file\n"})
            self.attach(f"{layer}/below_{owner}", "-t", "tmpfs", "tmpfs")
        self.write_layers(b"overlays/idmapped", b"overlays/plain")
        self.assert_done("mount", "alpha")
        for owner in (SANDBOX_USER, RUNTIME_USER):
            self.assertEqual((self.merged() / f"below_{owner}/file").read_text(), "file\n")

    def attach_overlay(self, place, lower, owner):
        self.attach(place, "-t", "overlay", "-o", f"lowerdir={lower}:{ROOT}/installation", "overlay")
        # Its owner is that of the topmost layer, which is read-only here.
        self.assertEqual((ROOT / place).stat().st_uid, owner)

    def test_an_overlay_that_is_not_idmapped(self):
        self.write_layer("elsewhere", RUNTIME_USER, {"file": "file\n"})
        self.attach_overlay("overlays/stacked", ROOT / "elsewhere", RUNTIME_USER)
        self.write_layers(b"overlays/stacked")
        self.assert_done("mount", "alpha")
        self.assert_shown("file")

    def test_an_overlay_that_would_have_to_be_idmapped(self):
        self.write_layer("elsewhere", SANDBOX_USER, {"file": "file\n"})
        self.attach_overlay("overlays/stacked", ROOT / "elsewhere", SANDBOX_USER)
        self.write_layers(b"overlays/stacked")
        self.assert_refused(REFUSED, "it lies on an overlay, which cannot be idmapped", "mount", "alpha")
        self.assert_not_mounted()

    def test_an_overlay_on_an_overlay_is_one_too_many(self):
        # The kernel stacks two at most (FILESYSTEM_MAX_STACK_DEPTH).
        self.write_layer("elsewhere", RUNTIME_USER, {"file": "file\n"})
        self.attach_overlay("first", ROOT / "elsewhere", RUNTIME_USER)
        self.attach_overlay("overlays/second", ROOT / "first", RUNTIME_USER)
        self.write_layers(b"overlays/second")
        self.assert_refused(SYSTEM_CALL_FAILED, "overlays stack twice at most", "mount", "alpha")
        self.assert_not_mounted()
