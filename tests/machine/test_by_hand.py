"""What somebody does by hand to overlays, to their directories and to units, while servers run or before they start."""

import json
import os

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, mount_unit, service, upper
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
AS_LEFT4ME = ("setpriv", "--reuid=left4me", "--regid=left4me", "--clear-groups")


class ByHandCase:
    def state(self, name):
        return tuple(self.machine.property(service(name), key) for key in ("ActiveState", "Result"))

    def systemctl(self, *arguments):
        return self.machine.run("systemctl", *arguments, check=False)

    def overlay_status(self, name):
        return json.loads(self.machine.run(HELPER, "status", name, "--json").stdout)["instances"][0]

    def start_new(self, name, port, **options):
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))
        self.listening(name, 1)

    def listening(self, name, times):
        wait_until(lambda: self.machine.journal("-u", service(name)).count("listening on") == times,
                   f"{name} to listen for the {times}. time")

    def assert_nothing_left(self, name):
        self.assert_nothing_mounted(name)
        self.assertEqual(self.machine.output("find", "/run/left4me", "/run/left4me-root", "-name", f"{name}*"), "")

    def assert_stops_and_leaves_nothing(self, name):
        self.machine.run("systemctl", "stop", service(name))
        self.assertEqual(self.state(name), ("inactive", "success"), self.machine.recent_journal())
        self.assert_nothing_left(name)

    def wait_for_jobs(self, name):
        wait_until(lambda: self.machine.property(service(name), "Job") == "", f"the end of the job of {name}")


class Holder:
    """A process of left4me's, outside of every unit, that keeps an overlay from going away."""

    def __init__(self, machine, name, how):
        self.machine = machine
        self.how = how
        inside = f"{merged(name)}/left4dead2"
        command = {"a private copy": "exec unshare -Urm --propagation private sleep infinity",
                   "an open directory": f"exec 9<{inside}; exec sleep infinity",
                   "an open file": f"exec 9>>{inside}/held; exec sleep infinity"}[how]
        self.pid = machine.shell(f"setsid {' '.join(AS_LEFT4ME)} sh -c '{command}' </dev/null >/dev/null 2>&1 & echo $!"
                                 ).stdout.strip()
        wait_until(lambda: machine.output("cat", f"/proc/{self.pid}/comm") == "sleep", "the holder")
        tree = f"/proc/{self.pid}/" + (f"root{inside}" if how == "a private copy" else "fd/9")
        # To write through what is open already takes the process itself; to open it anew does not.
        self.written = tree if how == "an open file" else f"{tree}/through-the-old"

    def write(self):
        return self.machine.run(*AS_LEFT4ME, "sh", "-c", f"echo x >>{self.written}", check=False)

    def end(self):
        self.machine.shell(f"kill {self.pid}")


@on_every_release
class UnmountedByHand(ByHandCase):
    """Somebody unmounts an overlay without left4me-overlay while somebody else has it. What is left of it could write
    to upper beside the next one."""

    DOWN = [("umount", "a private copy"), ("umount -l", "a private copy"), ("umount -l", "an open directory"),
            ("umount -l", "an open file"), ("systemctl stop", "a private copy")]
    UP = [("umount -l", "a private copy"), ("umount -l", "an open directory"), ("umount -l", "an open file")]

    def unmount(self, name, command, how):
        """Returns who still has the overlay."""
        self.machine.wait_for_property(mount_unit(name), "ActiveState", "active")
        holder = Holder(self.machine, name, how)
        self.assertEqual(holder.write().returncode, 0)
        self.machine.run(*command.split(), mount_unit(name) if command == "systemctl stop" else merged(name))
        self.assertNotIn(merged(name), self.machine.mounts())
        self.machine.run("rm", "-f", f"{upper(name)}/left4dead2/through-the-old")
        return holder

    def test_the_next_start_is_refused_or_leaves_only_one_that_can_write(self):
        holders = {}
        for port, (command, how) in enumerate(self.DOWN, 27701):
            name = f"down-{port}"
            self.add_instance(name, port)
            self.machine.run(HELPER, "mount", name)
            holders[name] = self.unmount(name, command, how)
        for port, (command, how) in enumerate(self.UP, 27711):
            name = f"up-{port}"
            self.start_new(name, port)
            holders[name] = self.unmount(name, command, how)
            self.assert_active(name)
        # All at a time: a refusal takes its seconds.
        self.systemctl("restart", *map(service, holders))
        for name, holder in holders.items():
            with self.subTest(name=name, how=holder.how):
                self.check(name, holder)

    def check(self, name, holder):
        if self.state(name)[0] == "active":
            done = holder.write()
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("Read-only file system", done.stderr)
            self.assertFalse(self.machine.path(f"{upper(name)}/left4dead2/through-the-old").exists())
        else:
            status = self.systemctl("status", "--full", "--lines=30", service(name)).stdout
            self.assertIn("status=75", status)
            self.assertIn(f"{holder.pid} (sleep): ", status)
            self.assertNotIn(merged(name), self.machine.mounts())
        holder.end()
        # Where it was refused.
        self.machine.run("systemctl", "start", service(name))
        self.assert_active(name)
        wait_until(self.machine.path(f"{upper(name)}/left4dead2/cfg/server.cfg").exists, "what it writes")
        self.assert_stops_and_leaves_nothing(name)

    def test_a_plain_umount_or_a_stop_of_the_mount_unit_does_nothing_to_a_server_that_runs(self):
        self.start_new("busy", 27721)
        self.machine.wait_for_property(mount_unit("busy"), "ActiveState", "active")
        pid = self.machine.property(service("busy"), "MainPID")
        for command in (("umount", merged("busy")), ("systemctl", "stop", mount_unit("busy"))):
            self.assertNotEqual(self.machine.run(*command, check=False).returncode, 0)
            self.assertEqual(self.machine.property(service("busy"), "MainPID"), pid)
            self.assertEqual(game_host.run_in_server(self.machine, "busy", "echo x >written && cat written"), "x\n")
        # What failed is the stop that somebody asked for.
        self.machine.run("systemctl", "reset-failed", mount_unit("busy"))
        self.assert_stops_and_leaves_nothing("busy")


@on_every_release
class ChangedByHand(ByHandCase):
    def test_a_backup_in_uppers_place_is_told_and_mounted_by_the_next_start(self):
        self.start_new("restored", 27731)
        self.machine.run("systemctl", "stop", service("restored"))
        self.machine.run("cp", "-a", upper("restored"), "/var/backup")
        self.machine.write("/var/backup/left4dead2/from-the-backup", "x\n", "left4me")
        self.machine.run(HELPER, "mount", "restored")
        self.machine.run("rm", "-r", upper("restored"))
        self.machine.run("cp", "-a", "/var/backup", upper("restored"))
        self.assert_drifted("restored", "upper")
        self.machine.run("systemctl", "start", service("restored"))
        self.listening("restored", 2)
        self.assertTrue(self.machine.path(f"{merged('restored')}/left4dead2/from-the-backup").exists())
        self.assert_writes_to_the_upper_that_is_there("restored", 27731)
        self.assert_stops_and_leaves_nothing("restored")

    def test_an_upper_and_a_work_that_are_gone_are_told_and_made_anew_by_the_next_start(self):
        self.add_instance("removed", 27732)
        self.machine.run(HELPER, "mount", "removed")
        self.machine.run("rm", "-r", *(f"{ROOT}/runtime/removed/{name}" for name in ("upper", "work")))
        self.assert_drifted("removed", "upper", "work")
        self.machine.run("systemctl", "start", service("removed"))
        self.listening("removed", 1)
        self.assert_writes_to_the_upper_that_is_there("removed", 27732)
        self.assert_stops_and_leaves_nothing("removed")

    def assert_drifted(self, name, *replaced):
        status = self.overlay_status(name)
        self.assertEqual(status["state"], "drifted")
        self.assertEqual([difference["kind"] for difference in status["differences"]],
                         [f"{directory}_replaced" for directory in replaced])
        said = self.machine.output(HELPER, "status", name)
        self.assertIn("drifted", said)
        for directory in replaced:
            self.assertIn(f"{ROOT}/runtime/{name}/{directory} is ", said)

    def assert_writes_to_the_upper_that_is_there(self, name, port):
        self.assertEqual(self.overlay_status(name)["state"], "mounted")
        self.assertIn(f"// port {port}", self.machine.path(f"{upper(name)}/left4dead2/cfg/server.cfg").read_text())
        game_host.run_in_server(self.machine, name, "echo x >written")
        self.assertTrue(self.machine.path(f"{upper(name)}/left4dead2/written").exists())
        self.assertIn("srcds_run", os.listdir(self.machine.path(merged(name))))

    def test_who_reads_with_another_state_root_removes_no_record(self):
        self.machine.path("/srv/other").mkdir()
        self.start_new("elsewhere", 27733)
        record = self.machine.path("/run/left4me/elsewhere.json").read_bytes()
        self.machine.write("/etc/left4me/left4me.conf", "[Paths]\nRoot=/srv/other\n")
        try:
            for command in ((HELPER, "status"), (HELPER, "status", "elsewhere"),
                            (HELPER, "--dry-run", "mount", "elsewhere"), (HELPER, "mount", "elsewhere"),
                            ("l4d2ctl", "list"), ("l4d2ctl", "check"), ("systemctl", "daemon-reload")):
                self.machine.run(*command, check=False)
                self.assertEqual(self.machine.path("/run/left4me/elsewhere.json").read_bytes(), record, command)
                self.assertIn(merged("elsewhere"), self.machine.mounts())
            self.assert_active("elsewhere")
            self.assert_stops_and_leaves_nothing("elsewhere")
        finally:
            self.machine.run("rm", "/etc/left4me/left4me.conf")

    def test_an_upper_from_another_host_is_told_with_the_whole_way_to_a_running_server(self):
        self.start_new("moved", 27735)
        self.machine.run(*AS_LEFT4ME, "touch", f"{merged('moved')}/left4dead2/own.cfg")
        self.assert_stops_and_leaves_nothing("moved")
        directory = f"{ROOT}/runtime/moved"
        self.machine.shell(f"chown -R --from=left4me:left4me 1500:1500 {directory}\n"
                           f"chown 1500:1500 {directory}/work\nchgrp 1500 {directory}")
        self.assertNotEqual(self.systemctl("start", service("moved")).returncode, 0)
        uid, gid = self.machine.user("left4me")
        said = (f"{directory}/upper, {directory}/work and {directory}/merged belong to uid 1500, not to the servers' "
                f"user (uid {uid}): move it away, or, if it comes from another host, run ")
        command = (f"chown -R --from=1500:1500 left4me: {directory}/upper {directory}/merged && rm -r {directory}/work && "
                   f"chown root:{gid} {directory} && chmod 750 {directory}")
        wait_until(lambda: said + command in self.systemctl("status", "--full", service("moved")).stdout,
                   "the status to say all of it")
        self.machine.shell(command)
        self.machine.run("systemctl", "start", service("moved"))
        self.assert_active("moved")
        self.assertEqual(game_host.owner(self.machine.path(f"{upper('moved')}/left4dead2/own.cfg")), (uid, gid))
        self.assert_stops_and_leaves_nothing("moved")

    def test_a_work_full_of_links_is_set_aside_as_it_is(self):
        count = 10000
        self.add_instance("links", 27734)
        directory = f"{ROOT}/runtime/links"
        self.machine.write(f"{directory}/work/work/0", "x\n", "left4me")
        links = self.machine.path(f"{directory}/work/work")
        for number in range(1, count):
            os.link(links / "0", links / str(number))
        self.machine.run("chown", "root:", directory, f"{ROOT}/runtime")
        self.machine.run("systemctl", "start", service("links"))
        self.assertEqual(self.machine.output("stat", "--format=%U %a", f"{directory}/work"), "root 700")
        aside, = self.machine.path(directory).glob("work.*")
        self.assertEqual(len(os.listdir(aside / "work")), count)
        self.assert_stops_and_leaves_nothing("links")


@on_every_release
class StartsThatAreNone(ByHandCase):
    """Starts that systemd ends before the server's first command."""

    @staticmethod
    def prepare(machine):
        machine.write("/etc/systemd/system/hold.service",
                      "[Service]\nType=oneshot\n"
                      "ExecStart=/bin/sh -c 'while ! test -e /run/go-on; do sleep 0.1; done'\n")

    def test_what_is_masked_while_its_start_waits_is_not_mounted(self):
        self.machine.write(f"/etc/systemd/system/{service('masked')}.d/hold.conf",
                           "[Unit]\nWants=hold.service\nAfter=hold.service\n")
        self.add_instance("masked", 27741)
        self.machine.run("systemctl", "start", "--no-block", service("masked"))
        self.machine.wait_for_property("hold.service", "ActiveState", "activating")
        self.assertNotEqual(self.machine.property(service("masked"), "Job"), "")
        self.machine.run("systemctl", "mask", "--runtime", service("masked"))
        self.machine.run("touch", "/run/go-on")
        self.machine.wait_for_property("hold.service", "ActiveState", "inactive")
        self.wait_for_jobs("masked")
        self.assertNotEqual(self.state("masked")[0], "active")
        self.assert_nothing_left("masked")
        self.machine.run("systemctl", "unmask", "--runtime", service("masked"))
        self.machine.run("systemctl", "start", service("masked"))
        self.assert_active("masked")
        self.assert_stops_and_leaves_nothing("masked")


@on_every_release
class FileSystemsStopped(ByHandCase):
    LAYER = f"{ROOT}/overlays/disk"
    UNIT = "var-lib-left4me-overlays-disk.mount"

    @staticmethod
    def prepare(machine):
        case = FileSystemsStopped
        machine.path(case.LAYER).mkdir()
        machine.write("/srv/disk/left4dead2/addons/disk.vpk", "addon\n", "l4d2-sandbox")
        machine.write("/etc/fstab", f"/srv/disk {case.LAYER} none bind 0 0\n")
        # It is mounted and unmounted more often than anybody would.
        machine.write(f"/etc/systemd/system/{case.UNIT}.d/often.conf", "[Unit]\nStartLimitIntervalSec=0\n")
        machine.write("/etc/left4me/left4me.conf", "[Servers]\nStartLimitBurst=1000\n")

    def test_whoever_stops_one_directly_after_a_start_stops_the_server_with_it(self):
        self.add_instance("quick", 27751, layers=("overlays/disk", "installation"))
        for _ in range(20):
            # systemd looks at the mount table less often when it changes much. So it has not seen the overlay yet when
            # the second command comes.
            self.machine.shell("for _ in 1 2 3 4 5 6; do mount -t tmpfs tmpfs /mnt; umount /mnt; done; "
                               f"systemctl start {service('quick')} && systemctl stop {self.UNIT}")
            self.wait_for_jobs("quick")
            self.assertEqual(self.state("quick"), ("inactive", "success"))
            self.assertNotIn(self.LAYER, self.machine.mounts())
            self.assertNotIn(merged("quick"), self.machine.mounts())
            self.assertEqual(self.machine.output("find", "/run/left4me", "-name", "quick*"), "")
        self.assert_nothing_left("quick")


@on_every_release
class Runtime(ByHandCase):
    """ROOT/runtime, bound onto itself."""

    RUNTIME = f"{ROOT}/runtime"

    def lines(self, point):
        table = self.machine.output("cat", "/proc/self/mountinfo").splitlines()
        return [line for line in table if line.split()[4] == point]

    def test_is_bound_once_nothing_is_mounted_and_shows_each_overlay_once(self):
        self.add_instance("early", 27701)
        self.add_instance("bound", 27702)
        self.machine.run(HELPER, "mount", "early")
        self.machine.run("systemctl", "start", service("bound"))
        self.assertEqual(self.lines(self.RUNTIME), [])
        missing = f"{self.RUNTIME} is not mounted with nosuid and nodev"
        self.assertIn(missing, self.machine.run("l4d2ctl", "list").stderr)
        self.assertIn(missing, self.machine.run("l4d2ctl", "check", check=False).stdout)

        self.machine.run("systemctl", "stop", service("bound"))
        self.machine.run(HELPER, "umount", "early")
        self.machine.run("systemctl", "start", service("bound"))
        line, = self.lines(self.RUNTIME)
        self.assertLessEqual({"nosuid", "nodev"}, set(line.split()[5].split(",")))
        # In a peer group of its own.
        shared = [field for field in line.split() if field.startswith("shared:")]
        others = self.machine.output("cat", "/proc/self/mountinfo").splitlines()
        self.assertEqual(len([other for other in others if shared[0] in other.split()]), 1)
        self.assertEqual(len(self.lines(merged("bound"))), 1)
        self.assertNotIn(missing, self.machine.run("l4d2ctl", "list").stderr)
        self.assertNotIn(missing, self.machine.run("l4d2ctl", "check", check=False).stdout)
        self.assert_stops_and_leaves_nothing("bound")

    def test_is_refused_where_it_has_two_mounts_and_nothing_is_hidden_by_them(self):
        self.start_new("hidden", 27703)
        self.machine.run("mount", "--bind", self.RUNTIME, self.RUNTIME)
        for words in ((HELPER, "mount", "hidden"), (HELPER, "--dry-run", "mount", "hidden"),
                      ("l4d2ctl", "check", "hidden")):
            done = self.machine.run(*words, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"{self.RUNTIME} has two mounts on it", done.stdout + done.stderr)
            self.assertIn(f"umount {self.RUNTIME}", done.stdout + done.stderr)
        self.machine.run("umount", self.RUNTIME)
        self.machine.run(HELPER, "mount", "hidden")
        self.assert_active("hidden")
        self.assert_stops_and_leaves_nothing("hidden")

    def test_of_its_own_file_system_is_the_administrators(self):
        self.machine.write("/etc/systemd/system/var-lib-left4me-runtime.mount",
                           f"[Mount]\nWhat=tmpfs\nWhere={self.RUNTIME}\nType=tmpfs\nOptions=mode=755\n")
        self.machine.run("systemctl", "stop", "var-lib-left4me-runtime.mount")
        self.start_new("on-tmpfs", 27704)
        self.assertEqual(self.machine.mounts()[self.RUNTIME][0], "tmpfs")
        self.assertIn("is mounted without nosuid and nodev", self.machine.run("l4d2ctl", "list").stderr)
        self.assert_stops_and_leaves_nothing("on-tmpfs")
        self.machine.run("systemctl", "stop", "var-lib-left4me-runtime.mount")
        self.machine.path("/etc/systemd/system/var-lib-left4me-runtime.mount").unlink()
        self.machine.run("systemctl", "daemon-reload")
        self.start_new("on-disk", 27705)
        self.assertNotEqual(self.machine.mounts()[self.RUNTIME][0], "tmpfs")
        self.assert_stops_and_leaves_nothing("on-disk")
