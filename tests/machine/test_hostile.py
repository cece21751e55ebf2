"""An instance.env whose owner wants to be root, or to harm somebody else's server."""

import json
import os
import socket
import stat
import time

from tests.hostile.env_files import INJECTIONS, USABLE
from tests.machine import game_host, product
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, mount_unit, service, upper
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
PRELOAD = "/usr/local/lib/preload_mark.so"
ENVIRONS = "/run/environs"
VARIABLES = {
    "LD_PRELOAD": PRELOAD, "LD_AUDIT": PRELOAD, "LD_LIBRARY_PATH": "/tmp/evil", "GCONV_PATH": "/tmp/evil",
    "PATH": "/tmp/evil", "BASH_ENV": "/tmp/evil/env", "ENV": "/tmp/evil/env", "IFS": "/", "HOME": "/tmp/evil",
    "TMPDIR": "/tmp/evil", "MALLOC_TRACE": "/tmp/evil/trace", "GLIBC_TUNABLES": "glibc.malloc.check=3",
    "LOCPATH": "/tmp/evil", "SYSTEMD_LOG_LEVEL": "debug", "LISTEN_FDS": "3", "NOTIFY_SOCKET": "/tmp/evil/notify",
}


@on_every_release
class Environment:
    """No variable of an instance.env reaches any process."""

    @staticmethod
    def prepare(machine):
        machine.write(PRELOAD, product.preload_mark().read_bytes(), mode=0o755)
        # Keeps the environment that the helper is called with, which lives for a moment only.
        os.rename(machine.path(HELPER), machine.path(HELPER + ".real"))
        machine.write(HELPER, f"#!/bin/sh\nmkdir -p {ENVIRONS}\ncat /proc/self/environ >{ENVIRONS}/$$\n"
                      f"exec {HELPER}.real \"$@\"\n", mode=0o755)
        game_host.add_instance(machine, "evil", 27301)
        path = machine.path(f"{ROOT}/instances/evil/instance.env")
        path.write_text(path.read_text() + "".join(f"{key}={value}\n" for key, value in VARIABLES.items()))

    def marks(self, name):
        return [line for line in self.machine.journal("-u", service(name), "-u", mount_unit(name)).splitlines()
                if line.startswith("preloaded as user")]

    def environs(self):
        """What the helper was called with so far, and forgets it."""
        text = self.machine.shell(f"cat {ENVIRONS}/* 2>/dev/null; rm -rf {ENVIRONS}").stdout
        return dict(entry.split("=", 1) for entry in text.split("\0") if entry)

    def restart_and_stop(self, name):
        self.machine.run("systemctl", "start", service(name))
        self.machine.run("systemctl", "restart", service(name))
        self.assert_active(name)
        pid = self.machine.property(service(name), "MainPID")
        environment = self.machine.run("cat", f"/proc/{pid}/environ").stdout
        self.machine.run("systemctl", "stop", service(name))
        return dict(entry.split("=", 1) for entry in environment.split("\0") if entry)

    def test_none_reaches_the_server_the_helper_or_systemd(self):
        self.environs()
        of_server = self.restart_and_stop("evil")
        of_helper = self.environs()
        self.assertIn("INVOCATION_ID", of_helper)
        of_systemd = dict(line.split("=", 1) for line in
                          self.machine.output("systemctl", "show-environment").splitlines())
        for environment in (of_server, of_helper, of_systemd):
            for key, value in VARIABLES.items():
                self.assertNotEqual(environment.get(key), value, key)
            self.assertNotIn("/tmp/evil", "".join(environment.values()))
            self.assertFalse({key for key in environment if key.startswith("L4D2_")})
        self.assertEqual(self.marks("evil"), [])
        for unit in (service("evil"), mount_unit("evil")):
            for key in ("Environment", "EnvironmentFiles", "PassEnvironment"):
                of_template = "HOME=/steam" if (unit, key) == (service("evil"), "Environment") else ""
                self.assertEqual(self.machine.property(unit, key), of_template)

    def test_the_preloaded_library_would_leave_its_mark_as_root(self):
        self.add_instance("control", 27302)
        self.machine.write(f"{ROOT}/instances/control/environment", f"LD_PRELOAD={PRELOAD}\n")
        self.machine.write(f"/etc/systemd/system/{service('control')}.d/control.conf",
                           f"[Service]\nEnvironmentFile={ROOT}/instances/control/environment\n")
        self.machine.run("systemctl", "daemon-reload")
        self.environs()
        self.restart_and_stop("control")
        self.assertTrue(any(mark.startswith("preloaded as user 0 ") for mark in self.marks("control")))
        self.assertEqual(self.environs()["LD_PRELOAD"], PRELOAD)


# Properties of a unit that differ between any two, or are compared exactly elsewhere.
_OWN = ("InvocationID", "ExecStart", "ExecStartEx", "RequiresMountsFor", "WantsMountsFor")
_TWIN, _BROKEN_TWIN = "twin", "broken_twin"
# A name without dashes is the same in every unit's name.
FILES = {name.replace("-", "_"): injection for name, injection in INJECTIONS.items()}
_FIXED = ["-game", "left4dead2", "-norestart", "-strictportbind", "-ip", "0.0.0.0", "-port", "27015"]


@on_every_release
class Injections:
    """What systemd made of a file that tries to inject something, against what it made of a harmless one."""

    @staticmethod
    def prepare(machine):
        # Keeps the arguments as they come, which the real wrapper splits again.
        machine.write(f"{ROOT}/installation/srcds_run",
                      "#!/bin/sh\nprintf '%s\\0' \"$@\" >arguments\nexec sleep infinity\n", "left4me", 0o755)
        files = {name: content for name, (content, _) in FILES.items()}
        files |= {_TWIN: USABLE, _BROKEN_TWIN: b"L4D2_PORT=x\n"}
        # systemd reads the drop-ins of `a-` for `a-b` too, if the dash is before an '@'.
        files |= {"twin-": b"L4D2_PORT=x\n"}
        for name, content in files.items():
            machine.write(f"{ROOT}/instances/{name}/instance.env", content, "left4me")

    def show(self, unit, name):
        """All properties of a unit but those that differ between any two, with NAME for the instance."""
        shown = {}
        for line in self.machine.run("systemctl", "show", "--all", unit).stdout.splitlines():
            key, _, value = line.partition("=")
            if key in _OWN or key.endswith(("Timestamp", "TimestampMonotonic")):
                continue
            value = value.replace(name, "NAME")
            # Of units and paths there is a set, in no order.
            shown[key] = value if key.startswith("Exec") else sorted(value.split())
        return shown

    def manager_property(self, unit, interface, name):
        """A property as D-Bus has it: no quoting to be undone."""
        path = json.loads(self.machine.output(
            "busctl", "--json=short", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
            "org.freedesktop.systemd1.Manager", "LoadUnit", "s", unit))["data"][0]
        return json.loads(self.machine.output(
            "busctl", "--json=short", "get-property", "org.freedesktop.systemd1", path,
            f"org.freedesktop.systemd1.{interface}", name))["data"]

    def test_each_differs_from_a_harmless_one_in_its_arguments_and_layers_only(self):
        self.assertGreaterEqual(len(FILES), 20)
        usable = self.show(service(_TWIN), _TWIN), self.show(mount_unit(_TWIN), _TWIN)
        broken = self.show(service(_BROKEN_TWIN), _BROKEN_TWIN), self.show(mount_unit(_BROKEN_TWIN), _BROKEN_TWIN)
        self.assertEqual(usable[1]["LoadState"], ["loaded"])
        self.assertEqual(broken[1]["LoadState"], ["not-found"])
        self.assertEqual(usable[0]["User"], ["left4me"])
        for name, (_, arguments) in FILES.items():
            with self.subTest(name):
                expected = broken if arguments is None else usable
                self.assertEqual(self.show(service(name), name), expected[0])
                self.assertEqual(self.show(mount_unit(name), name), expected[1])
                commands = self.manager_property(service(name), "Service", "ExecStart")
                if arguments is None:
                    self.assertEqual([command[1] for command in commands], [["/bin/false"]])
                    continue
                program = f"{merged(name)}/srcds_run"
                self.assertEqual([command[:2] for command in commands], [[program, [program, *_FIXED, *arguments]]])

    def test_layers_are_what_the_mount_unit_waits_for(self):
        expected = {"inject": None,
                    "layers_with_specifiers": [f"{ROOT}/overlays/%i-%n-%h"],
                    "layers_with_quotes": [f"{ROOT}/overlays/a\"b", f"{ROOT}/overlays/c d"],
                    "layers_with_variables": [f"{ROOT}/overlays/$HOME ${{PATH}}"],
                    "layers_with_options": [f"{ROOT}/overlays/a,upperdir=/etc,userxattr"],
                    "layers_with_prefixes": [f"{ROOT}/overlays/-", f"{ROOT}/overlays/+x"]}
        self.assertEqual({name for name in FILES if name.startswith("layers")}, set(expected) - {"inject"})
        for name, layers in expected.items():
            if layers:
                waits_for = self.manager_property(mount_unit(name), "Unit", "RequiresMountsFor")
                self.assertLessEqual({*layers, f"{ROOT}/installation", f"{ROOT}/runtime/{name}"}, set(waits_for))
                self.assertLessEqual(set(waits_for), {*layers, f"{ROOT}/installation", f"{ROOT}/runtime/{name}",
                                                      f"{ROOT}/runtime/{name}/merged"})

    def test_the_server_gets_exactly_the_arguments(self):
        started = {name: arguments for name, (_, arguments) in FILES.items()
                   if arguments is not None and not name.startswith("layers")}
        self.assertGreaterEqual(len(started), 15)
        for name, arguments in started.items():
            with self.subTest(name):
                self.machine.run("systemctl", "start", service(name))
                kept = self.machine.path(f"{upper(name)}/left4dead2/arguments")
                wait_until(lambda: kept.exists() and kept.read_bytes().endswith(b"\0"), f"{kept} to be written")
                self.assertEqual(kept.read_text().split("\0")[:-1], [*_FIXED, *arguments])
                self.machine.run("systemctl", "stop", service(name))
        self.assertFalse(self.machine.path("/run/owned").exists())

    def test_no_generated_file_was_misunderstood(self):
        self.assertNotRegex(self.machine.journal("_PID=1"),
                            "Unknown|Invalid|invalid|Failed to parse|ignoring|Ignoring|Missing|not absolute")


@on_every_release
class HostileTree:
    """A tree of everything that is no instance, with one that is."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "good", 27310, autostart=True)
        instances = machine.path(f"{ROOT}/instances")
        for name in ("fifo", "socket", "tty", "disk", "sparse", "loop", "directory", "to-shadow"):
            (instances / name).mkdir()
        os.mkfifo(instances / "fifo/instance.env")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(instances / "socket/instance.env"))
        os.mknod(instances / "tty/instance.env", stat.S_IFCHR | 0o666, os.makedev(5, 0))
        os.mknod(instances / "disk/instance.env", stat.S_IFBLK | 0o666, os.makedev(7, 0))
        with open(instances / "sparse/instance.env", "wb") as sparse:
            sparse.truncate(1024 ** 3)
        (instances / "loop/instance.env").symlink_to("instance.env")
        (instances / "loop-of-two").symlink_to("loop-of-one")
        (instances / "loop-of-one").symlink_to("loop-of-two")
        (instances / "directory/instance.env").mkdir()
        (instances / "instance.env").mkdir()
        (instances / "to-shadow/instance.env").symlink_to("/etc/shadow")
        (instances / "to-good").symlink_to("good")
        (instances / "stray-file").write_text(USABLE.decode())
        for number in range(5000):
            (instances / f"junk-{number}").mkdir()
            (instances / f"junk {number}").mkdir()

    def test_the_good_instance_is_unharmed(self):
        self.assert_active("good")

    def test_all_of_it_takes_less_than_a_second(self):
        # The fastest of three: the machine that runs the tests may be busy with something else.
        took = []
        for attempt in range(3):
            output = f"/run/out-{attempt}"
            self.machine.run("mkdir", output)
            began = time.monotonic()
            self.machine.run(self.generator(), "--root=/", output)
            took.append(time.monotonic() - began)
        self.assertLess(min(took), 1)

    def generator(self):
        return next(path for path in ("/usr/lib/systemd/system-generators/left4me-generator",
                                      "/lib/systemd/system-generators/left4me-generator")
                    if self.machine.path(path).exists())

    def test_every_file_that_is_no_file_is_named(self):
        self.machine.run("mkdir", "/run/out")
        said = self.machine.run(self.generator(), "--root=/", "/run/out").stderr.splitlines()
        problem = {line.partition("/instance.env:1: ")[0].rpartition("/")[2]: line.partition(":1: ")[2]
                   for line in said if "/instance.env:1: " in line}
        no_file = "not a regular file: put a text file there"
        link = "a symbolic link: put the file itself there"
        self.assertEqual(problem, {
            "fifo": no_file, "socket": no_file, "tty": no_file, "disk": no_file, "directory": no_file,
            "sparse": "larger than 65536 bytes: shorten it",
            "loop": link, "loop-of-one": link, "loop-of-two": link, "to-shadow": link, "to-good": link})
        self.assertEqual(sum("is no instance name" in line for line in said), 10)
        self.assertIn(f"{ROOT}/instances: 4990 more entries are no instance names and are ignored: "
                      "clear the directory of what is no instance", said)

    def generate_into(self, options):
        """Runs the generator into a tmpfs with these mount options."""
        self.machine.run("mkdir", "-p", "/run/small")
        self.machine.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", "/run/small")
        self.addCleanup(self.machine.run, "umount", "/run/small")
        return self.machine.run(self.generator(), "--root=/", "/run/small", check=False)

    def test_a_full_output_directory_gets_whole_files_only(self):
        done = self.generate_into("size=20k")
        self.assertEqual(done.returncode, 1)
        self.assertIn("write: No space left on device", done.stderr)
        self.machine.run("mkdir", "/run/roomy")
        self.machine.run(self.generator(), "--root=/", "/run/roomy")
        files = self.machine.output("find", "/run/small", "-type", "f").splitlines()
        self.assertTrue(files)
        for path in files:
            self.assertEqual(self.machine.path(path).read_text(),
                             self.machine.path(path.replace("/run/small", "/run/roomy")).read_text())

    def test_an_output_directory_without_inodes_or_that_is_read_only_is_reported(self):
        for options, error in (("nr_inodes=2", "No space left on device"), ("ro", "Read-only file system")):
            with self.subTest(options):
                done = self.generate_into(options)
                self.assertEqual(done.returncode, 1)
                self.assertIn(error, done.stderr)
                self.assertIn("good: ", done.stderr)
