"""One life: an overlay is mounted exactly while its server has it, however its start or its life ends."""

import json
import os
import time

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, mount_unit, service, upper
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
COUNT = 60
NAMES = [f"s{27000 + number}" for number in range(COUNT)]
# The whole experiment: LEFT4ME_ROUNDS=5 and every moment between 0 and 2 s. Otherwise starts are broken off once so
# many overlays are mounted: in their midst, however fast the machine is.
ROUNDS = int(os.environ.get("LEFT4ME_ROUNDS", "1"))
SECONDS = [number / 10 for number in range(20)] * ROUNDS if ROUNDS > 1 else []
MOUNTED = [0, 1, 10, 30]


class OneLifeCase:
    """What is left of servers, looked for in all places."""

    def overlays(self):
        return sorted(source for _, source, _ in self.machine.mounts().values() if source.startswith("left4me:"))

    def assert_nothing_is_left(self, moment):
        self.assertEqual(self.overlays(), [], moment)
        self.assertEqual(self.machine.output("find", "/run/left4me", "/run/left4me-root", "-mindepth", "1"), "", moment)

    def systemctl(self, *arguments):
        return self.machine.run("systemctl", *arguments, check=False)

    def state(self, name):
        return tuple(self.machine.property(service(name), key) for key in ("ActiveState", "Result"))

    def start_new(self, name, port, settings="", **options):
        if settings:
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", settings)
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))

    def overlay_status(self, name):
        return json.loads(self.machine.run(HELPER, "status", name, "--json").stdout)["instances"][0]

    def listed(self, name):
        return json.loads(self.machine.output("l4d2ctl", "list", "--json", name))["instances"][0]

    def write_inside(self, name, file="left4dead2/written"):
        return self.machine.run("runuser", "-u", "left4me", "--", "sh", "-c", f"echo x >> {merged(name)}/{file}",
                                check=False)


@on_every_release
class BrokenOffStarts(OneLifeCase):
    """Sixty servers whose starts are broken off."""

    @staticmethod
    def prepare(machine):
        for name in NAMES:
            game_host.add_instance(machine, name, int(name[1:]), autostart=True)
        machine.write("/etc/left4me/left4me.conf", "[Servers]\nStartLimitBurst=1000\n")
        machine.write("/etc/systemd/system/quiet.target",
                      "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n")

    def setUp(self):
        # The boot has started them: where all run, there is no start to break off.
        self.machine.run("systemctl", "stop", "l4d2@*")
        self.wait_for_jobs()

    def wait_for_jobs(self):
        wait_until(lambda: not self.machine.output("systemctl", "list-jobs", "--no-legend"), "the end of all jobs",
                   timeout=60)

    def break_off(self, *stop, reload_between=False):
        for count in MOUNTED:
            self.start_all(reload_between)
            wait_until(lambda count=count: len(self.overlays()) >= count, f"{count} overlays")
            self.stop_all(stop, f"{count} overlays")
        for seconds in SECONDS:
            self.start_all(reload_between)
            # The moment is what the experiment is about.
            time.sleep(seconds)
            self.stop_all(stop, f"{seconds} s")

    def start_all(self, reload):
        self.machine.run("systemctl", "start", "--no-block", "l4d2.target", *map(service, NAMES))
        if reload:
            self.machine.run("systemctl", "daemon-reload")

    def stop_all(self, stop, moment):
        self.machine.run("systemctl", *stop)
        self.wait_for_jobs()
        self.assertEqual(self.machine.output("systemctl", "--failed", "--plain", "--no-legend"), "", moment)
        self.assert_nothing_is_left(moment)

    def test_by_a_stop_of_all(self):
        self.break_off("stop", "l4d2@*")

    def test_by_a_stop_of_the_target(self):
        self.break_off("stop", "l4d2.target")

    def test_by_another_target(self):
        self.break_off("isolate", "quiet.target")
        self.machine.run("systemctl", "isolate", "--no-block", "multi-user.target")
        self.machine.run("systemctl", "stop", "l4d2.target")

    def test_by_a_stop_with_a_reload_in_between(self):
        self.break_off("stop", "l4d2@*", reload_between=True)


@on_every_release
class Lives(OneLifeCase):
    def test_seven_restarts_are_two_too_many_and_leave_nothing(self):
        self.start_new("often", 27100)
        for _ in range(7):
            self.systemctl("restart", service("often"))
        self.assertEqual(self.state("often")[0], "failed")
        self.assert_unmounted("often")
        self.assertIn("too often", self.listed("often")["why"])
        for verb in ("stop", "reset-failed"):
            self.machine.run("systemctl", verb, service("often"))
            self.assert_unmounted("often")

    def write_plain_layer(self):
        """A server without a handler for any signal, that has nothing open."""
        self.machine.write(f"{ROOT}/overlays/plain/srcds_run", "#!/bin/sh\nexec sleep infinity\n", "l4d2-sandbox",
                           0o755)

    def assert_unmounted(self, name):
        self.assertNotIn(merged(name), self.machine.mounts())
        self.assertEqual(self.machine.output("find", "/run/left4me", "/run/left4me-root", "-name", f"{name}*"), "")

    def test_a_condition_or_an_assertion_that_fails_and_a_dependency_mount_nothing(self):
        self.machine.write("/etc/systemd/system/fails.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n")
        for port, line in enumerate(("ConditionPathExists=/no", "AssertPathExists=/no",
                                     "Requires=fails.service\nAfter=fails.service"), 27110):
            name = f"without-{port}"
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", f"[Unit]\n{line}\n")
            self.add_instance(name, port)
            self.systemctl("start", service(name))
            self.assertNotEqual(self.state(name)[0], "active")
            self.assert_unmounted(name)

    def test_an_upper_that_was_replaced_under_its_overlay_is_mounted_anew(self):
        self.add_instance("replaced", 27120)
        self.machine.run(HELPER, "mount", "replaced")
        directory = f"{ROOT}/runtime/replaced"
        self.machine.run("rm", "-r", f"{directory}/upper", f"{directory}/work")
        self.machine.run("install", "-d", "-o", "left4me", "-g", "left4me", f"{directory}/upper")
        status = self.overlay_status("replaced")
        self.assertEqual(status["state"], "drifted")
        self.assertEqual([difference["kind"] for difference in status["differences"]],
                         ["upper_replaced", "work_replaced"])
        said = self.machine.run("l4d2ctl", "check", "replaced", check=False).stdout
        self.assertIn("upper is another directory now than the one mounted", said)
        self.assertIn("upper is another directory", self.machine.output("l4d2ctl", "layers", "replaced"))

        self.machine.run("systemctl", "start", service("replaced"))
        self.assertEqual(self.overlay_status("replaced")["state"], "mounted")
        wait_until(self.machine.path(f"{upper('replaced')}/left4dead2/cfg/server.cfg").exists, "what it writes")
        self.machine.run("systemctl", "stop", service("replaced"))
        self.assert_unmounted("replaced")

    def test_a_server_whose_upper_is_replaced_or_whose_overlay_is_read_only_is_listed_with_what_to_do(self):
        for port, (name, spoil, words) in enumerate((
                ("lost", f"mv {upper('lost')} {upper('lost')}.old && install -d -o left4me -g left4me {upper('lost')}",
                 f"what it writes may be lost: {ROOT}/runtime/lost/upper or work is not the directory that is mounted"),
                ("mute", # With mount(2): what newer calls pass along, overlays do not take.
                 f"LIBMOUNT_FORCE_MOUNT2=always mount -o remount,ro {merged('mute')}",
                 "its overlay is mounted read-only, so it can write nothing")), 27210):
            self.start_new(name, port)
            self.assertEqual((self.listed(name)["why"], self.listed(name)["needs_restart"]), (None, []))
            # A server that has just been started may be writing.
            wait_until(lambda spoil=spoil: self.machine.shell(spoil, check=False).returncode == 0, spoil)
            listed = self.listed(name)
            self.assertEqual(listed["why"], f"{words}: systemctl restart l4d2@{name}")
            self.assertEqual(listed["needs_restart"], ["upper"])
            self.machine.run("systemctl", "restart", service(name))
            self.assertEqual(self.listed(name)["needs_restart"], [])
            self.machine.run("systemctl", "stop", service(name))
            self.assert_unmounted(name)

    def test_a_left4me_conf_that_breaks_or_names_another_root_keeps_no_overlay_mounted(self):
        (self.machine.disk / "srv/other").mkdir(exist_ok=True)
        for port, text in enumerate(("[Paths]\nRoot=nowhere\n", "[Paths]\nRoot=/srv/other\n"), 27130):
            name = f"moved-{port}"
            self.start_new(name, port)
            self.machine.write("/etc/left4me/left4me.conf", text)
            try:
                self.machine.run("systemctl", "stop", service(name))
                self.assertEqual(self.state(name), ("inactive", "success"))
                self.assert_unmounted(name)
            finally:
                self.machine.run("rm", "/etc/left4me/left4me.conf")

    def test_nobody_with_a_private_copy_of_all_mounts_keeps_a_server_from_stopping_or_starting(self):
        self.start_new("copied", 27140)
        copies = [self.machine.shell("setsid setpriv --reuid=nobody --regid=nogroup --clear-groups unshare -Urm "
                                     "--propagation private sleep 1000 </dev/null >/dev/null 2>&1 & echo $!")
                  .stdout.strip() for _ in range(3)]
        for pid in copies:
            wait_until(lambda pid=pid: "copied" in self.machine.shell(f"cat /proc/{pid}/mountinfo").stdout
                       and "sleep" in self.machine.output("cat", f"/proc/{pid}/comm"), "the copies")
        for _ in range(2):
            began = time.monotonic()
            self.machine.run("systemctl", "stop", service("copied"))
            self.assertLess(time.monotonic() - began, 4)
            self.assertEqual(self.state("copied"), ("inactive", "success"))
            self.assert_unmounted("copied")
            self.machine.run("systemctl", "start", service("copied"))
            self.assert_active("copied")
        self.machine.shell(f"kill {' '.join(copies)}")

    def test_who_ends_a_server_with_a_signal_has_it_started_again_and_who_stops_it_has_not(self):
        self.write_plain_layer()
        self.start_new("ended", 27150,
                       "[Service]\nRestartSec=10ms\nIgnoreSIGPIPE=no\n[Unit]\nStartLimitIntervalSec=0\n",
                       layers=("overlays/plain", "installation"))
        for signal in ("TERM", "HUP", "PIPE", "INT", "KILL"):
            pid = self.machine.property(service("ended"), "MainPID")
            self.machine.shell(f"kill -{signal} {pid}")
            wait_until(lambda pid=pid: self.machine.property(service("ended"), "MainPID") not in ("0", pid),
                       f"another server after {signal}")
        self.machine.run("systemctl", "stop", service("ended"))
        self.assertEqual(self.state("ended"), ("inactive", "success"))
        self.assert_unmounted("ended")

    def test_neither_umount_nor_another_plan_disturbs_a_server_that_has_nothing_open(self):
        self.write_plain_layer()
        layers = ("overlays/plain", "installation")
        self.start_new("running", 27160, layers=layers)
        game_host.add_instance(self.machine, "running", 27160, layers=("overlays/maps", *layers))
        for verb in ("umount", "mount"):
            done = self.machine.run(HELPER, verb, "running", check=False)
            self.assertEqual(done.returncode, 75)
            self.assertIn("the server is running: systemctl stop l4d2@running", done.stderr)
            self.assertEqual(self.write_inside("running").returncode, 0)
        self.assert_active("running")
        self.machine.run("systemctl", "stop", service("running"))
        self.assert_unmounted("running")

    def unmount_by_hand(self, name, port, *command):
        """Unmounts without the helper while somebody has a private copy; returns what the next start did."""
        self.add_instance(name, port)
        self.machine.run(HELPER, "mount", name)
        # systemd stops no mount that it has not seen yet.
        self.machine.wait_for_property(mount_unit(name), "ActiveState", "active")
        pid = self.machine.shell("setsid setpriv --reuid=left4me --regid=left4me --clear-groups unshare -Urm "
                                 "--propagation private sleep 1000 </dev/null >/dev/null 2>&1 & echo $!").stdout.strip()
        wait_until(lambda: "sleep" in self.machine.output("cat", f"/proc/{pid}/comm"), "the copy")
        self.machine.run(*command)
        self.assertNotIn(merged(name), self.machine.mounts())
        self.machine.run("systemctl", "start", service(name))
        done = self.machine.run("nsenter", f"--target={pid}", "--mount", "--user", "--preserve-credentials", "sh", "-c",
                                f"echo x > {merged(name)}/left4dead2/through-the-old", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Read-only file system", done.stderr)
        self.assertFalse(self.machine.path(f"{upper(name)}/left4dead2/through-the-old").exists())
        self.machine.shell(f"kill {pid}")
        self.machine.run("systemctl", "stop", service(name))
        self.assert_unmounted(name)

    def test_an_overlay_that_somebody_else_unmounted_is_read_only_before_the_next_one_is_there(self):
        self.unmount_by_hand("by-umount", 27170, "umount", merged("by-umount"))
        self.unmount_by_hand("by-lazy", 27171, "umount", "-l", merged("by-lazy"))
        self.unmount_by_hand("by-unit", 27172, "systemctl", "stop", mount_unit("by-unit"))

    def test_no_start_of_a_server_mounts_by_way_of_the_mount_unit(self):
        self.start_new("plain", 27180)
        wanted = self.machine.output("systemctl", "show", "--value", "--property=WantedBy,RequiredBy,BoundBy",
                                     mount_unit("plain"))
        self.assertEqual(wanted.split(), [])
        self.machine.run("systemctl", "stop", service("plain"))
        # By hand it is the very overlay.
        self.machine.run("systemctl", "start", mount_unit("plain"))
        self.assertEqual(self.overlay_status("plain")["state"], "mounted")
        self.assertFalse(self.listed("plain")["left_mounted"])
        self.machine.run(HELPER, "umount", "plain")
        self.assert_unmounted("plain")


@on_every_release
class Boots(OneLifeCase):
    """A server whose start takes long."""

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "slow", 27190, autostart=True)
        machine.write(f"/etc/systemd/system/{service('slow')}.d/slow.conf",
                      "[Service]\nExecStartPre=/bin/sh -c 'while ! test -e /run/go-on; do sleep 0.1; done'\n")
        # Or the machine would wait for it.
        machine.write("/etc/systemd/system/go-on.service",
                      "[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\n"
                      "ExecStart=/bin/sh -c 'systemctl is-active multi-user.target l4d2.target > /run/seen; "
                      "touch /run/go-on'\n[Install]\nWantedBy=multi-user.target\n")
        wants = machine.disk / "etc/systemd/system/multi-user.target.wants"
        wants.mkdir(parents=True, exist_ok=True)
        (wants / "go-on.service").symlink_to("/etc/systemd/system/go-on.service")
        # A work as versions before left it, with what left4me put there.
        machine.write(f"{ROOT}/runtime/slow/work/work/kept", "x\n", "left4me")
        for path in ("runtime", "runtime/slow"):
            os.chown(machine.path(f"{ROOT}/{path}"), 0, 0)

    def test_no_server_holds_up_the_boot_and_work_is_roots(self):
        self.assertEqual(self.machine.output("cat", "/run/seen").split(), ["active", "inactive"])
        self.assert_active("slow")
        self.assertEqual(self.machine.property("l4d2.target", "ActiveState"), "active")
        self.assertEqual(self.machine.output("stat", "-c", "%U %a", f"{ROOT}/runtime/slow/work"), "root 700")
        aside, = self.machine.path(f"{ROOT}/runtime/slow").glob("work.*")
        self.assertEqual((aside / "work/kept").read_text(), "x\n")
