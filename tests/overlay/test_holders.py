"""Who keeps an overlay busy, as umount names it.

Each refusal takes the five seconds that it waits: few tests, many holders.
"""

import os
import secrets
import subprocess

from tests.overlay.sandbox import BUSY, HelperCase, run_helper

PYTHON = "/usr/bin/python3"
READY_AND_WAIT = "\nprint('ready', flush=True)\nsys.stdin.read()\n"
WRITES = "import os, sys\nfile = open('srcds_run', 'a')\nos.chdir('/')"
IN_A_CHROOT = "import os, sys\nos.chroot('.')\nos.chdir('/')\nfile = open('srcds_run', 'a')"
OPEN_AND_DELETED = "import os, sys\nfile = open('addon.vpk')\nos.unlink('addon.vpk')"
MAPPED = """
import mmap, os, sys
fd = os.open("cfg/server.cfg", os.O_RDWR)
mapping = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
os.close(fd)
# mmap(2) of the module keeps a duplicate of its own.
for name in os.listdir("/proc/self/fd"):
    if os.path.exists(f"/proc/self/fd/{name}") and os.readlink(f"/proc/self/fd/{name}").endswith("server.cfg"):
        os.close(int(name))
os.chdir("/")
"""
MANY_FILES = "import sys\nfiles = [open(f'many/{i}', 'a') for i in range(50)]\nimport os\nos.chdir('/')"
LATER_THREADS = """
import ctypes, os, sys, threading
def hold():
    file = open("srcds_run", "a")
    os.chdir("/")
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=hold).start()
ctypes.CDLL(None).pthread_exit(None)
"""


class HolderCase(HelperCase):
    def setUp(self):
        super().setUp()
        self.held = []
        self.assert_done("mount", "alpha")

    def tearDown(self):
        self.release()
        super().tearDown()

    def hold(self, script, *before, cwd=None):
        """A process that has run `script` in merged, and waits."""
        process = subprocess.Popen([*before, PYTHON, "-c", script + ("" if "ready" in script else READY_AND_WAIT)],
                                   cwd=cwd or self.merged(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.held.append(process)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process.pid

    def release(self):
        for process in self.held:
            process.kill()
            process.communicate()
        self.held = []

    def umount_busy(self):
        """Who is named: PID or other subject -> what it holds."""
        done = run_helper("umount", "alpha")
        self.assertEqual(done.returncode, BUSY, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        head, _, rest = done.stderr.strip().partition(" is still in use after 5 s by ")
        self.assertEqual(head, f"left4me-overlay: alpha: {self.merged()}")
        self.assertTrue(rest.endswith(": end that and try again"), rest)
        self.message = rest.removesuffix(": end that and try again")
        return dict(holder.split(": ", 1) if ": " in holder else (holder, "") for holder in self.message.split("; "))


class Holders(HolderCase):
    def test_a_process_cannot_name_another_by_what_it_calls_itself(self):
        liar = self.hold("open('/proc/self/comm', 'w').write('a; 1 (systemd')\n" + WRITES)
        self.umount_busy()
        self.assertIn(f"{liar} ('a; 1 (systemd'): open file '{self.merged()}/srcds_run'", self.message)
        self.release()

    def test_each_process_is_named_with_all_that_it_holds(self):
        (self.merged() / "many").mkdir()
        for i in range(50):
            (self.merged() / "many" / str(i)).touch()
        # /sys shows the loop devices of everybody, another run of this test among them.
        loop = self.merged() / f"{secrets.token_hex(8)}.img"
        loop.write_bytes(bytes(1 << 20))
        device = subprocess.run(["losetup", "--find", "--show", loop], check=True, capture_output=True,
                                text=True).stdout.strip()
        try:
            self.hold("import sys")
            self.hold("import os, sys\nfile = open('srcds_run')\nos.chdir('/')")
            writes = self.hold(WRITES)
            chrooted = self.hold(IN_A_CHROOT)
            deleted = self.hold("import sys; sys.stdin = sys.stdin\n" + OPEN_AND_DELETED + "\nos.chdir('/')")
            mapped = self.hold(MAPPED)
            many = self.hold(MANY_FILES)
            threads = self.hold(LATER_THREADS)
            elsewhere = self.hold(WRITES, "unshare", "--mount", "--propagation=slave", "--")
            held = {holder: what for holder, what in self.umount_busy().items()
                    if not holder.startswith("/dev/loop") or str(loop) in what}
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)

        merged = self.merged()
        command = "(python3)"
        self.assertEqual(held.pop(device), f"backing file '{loop}'")
        self.assertEqual(held.pop(f"{writes} {command}"), f"open file '{merged}/srcds_run'")
        self.assertEqual(held.pop(f"{chrooted} {command}"), f"open file '{merged}/srcds_run'")
        self.assertEqual(held.pop(f"{deleted} {command}"), f"open file '{merged}/addon.vpk (deleted)'")
        self.assertEqual(held.pop(f"{mapped} {command}"), f"mapping '{merged}/cfg/server.cfg'")
        files = held.pop(f"{many} {command}")
        self.assertEqual(files.count(f"open file '{merged}/many/"), 4)
        self.assertTrue(files.endswith(", and 46 more"), files)
        self.assertEqual(held.pop(f"{threads} {command}"), f"open file '{merged}/srcds_run'")
        self.assertEqual(held.pop(f"{elsewhere} {command}"),
                         f"open file '{merged}/srcds_run', in another mount namespace")
        self.assertEqual(held, {}, "somebody was named who holds nothing")
        self.release()
        self.assert_done("umount", "alpha")

    def test_of_many_holders_the_first_are_named_and_the_others_counted(self):
        with open(self.merged() / "log", "a") as log:
            self.held = [subprocess.Popen(["/bin/sleep", "60"], stdout=subprocess.PIPE, stderr=log)
                         for _ in range(23)]
        held = self.umount_busy()
        self.assertEqual(held.pop("and 3 more"), "")
        self.assertEqual(len(held), 20)
        self.assertEqual(set(held.values()), {f"open file '{self.merged()}/log'"})
        self.release()
        self.assert_done("umount", "alpha")


class OtherNamespaces(HolderCase):
    """Copies of the overlay, as the mount namespaces of services have them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["mount", "--make-rshared", "/run"], check=True)

    def test_a_copy_in_a_namespace_that_nobody_uses_keeps_nothing_busy(self):
        self.hold("import sys", "unshare", "--mount", "--propagation=slave", "--", cwd="/")
        self.assert_done("umount", "alpha")

    def test_a_file_that_is_open_only_in_another_namespace(self):
        script = f"import os, sys\nos.chdir('/')\nfile = open('{self.merged()}/srcds_run', 'a')"
        holder = self.hold(script, "unshare", "--mount", "--propagation=slave", "--", cwd="/")
        held = self.umount_busy()
        self.assertEqual(len(held), 1, self.message)
        (who, what), = held.items()
        self.assertTrue(who.startswith(f"{holder} ("), who)
        self.assertEqual(what, f"open file '{self.merged()}/srcds_run', in another mount namespace")
        self.release()
        self.assert_done("umount", "alpha")
