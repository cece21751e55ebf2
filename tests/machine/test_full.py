"""A disk that is full, and a full /run."""

import secrets
import subprocess

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, merged, mount_unit, service, upper
from tests.machine.machine import wait_until

RUNTIME = f"{ROOT}/runtime"
DEMO = "left4dead2/demo.dem"
# A server that records a demo, over and over, whatever becomes of it.
RECORDER = f"""#!/bin/sh
cd "$(dirname "$0")" || exit 1
./srcds_linux "$@" &
server=$!
trap 'wait $server; exit 0' INT
while :; do
    head -c 1M /dev/zero >>{DEMO} && echo recorded
    sleep 0.1
done
"""
NO_SPACE = "No space left on device"
ADVICE = "its file system has no space or no inodes left: see df and df -i"


class FullCase:
    def start(self, name, port, check=True, **options):
        self.add_instance(name, port, **options)
        return self.machine.run("systemctl", "start", service(name), check=check)

    def stop(self, name):
        self.machine.run("systemctl", "stop", service(name))
        self.assertEqual(self.machine.property(service(name), "Result"), "success")
        self.assert_nothing_left(name)

    def records(self, name):
        return self.machine.output("find", "/run/left4me", "-name", f"{name}.*")

    def assert_nothing_left(self, name):
        self.assertNotIn(merged(name), self.machine.mounts())
        # The mount unit has failed where the mount has.
        wait_until(lambda: self.machine.property(mount_unit(name), "ActiveState") in ("inactive", "failed"),
                   f"systemd to see that {name} is unmounted")
        self.assertEqual(self.records(name), "")

    def assert_answers(self, name, port):
        self.assert_active(name)
        self.assertEqual(ask_server(self.machine, port)["name"], f"stand-in on {port}")

    def assert_start_fails(self, name, port, reason):
        """With this in its journal, and with nothing mounted."""
        self.assertNotEqual(self.start(name, port, check=False).returncode, 0)
        self.assertIn(f"{name}: {reason}", self.machine.journal("-u", service(name)).splitlines())
        self.assert_nothing_left(name)

    def assert_starts_now(self, name, port):
        # If it waits to be started again, a start would wait as well.
        self.machine.run("systemctl", "restart", service(name))
        self.wait_for_answer(port)
        self.assert_answers(name, port)

    def wait_for_answer(self, port):
        wait_until(lambda: f"listening on UDP port {port}" in self.machine.journal().splitlines(),
                   f"a server on port {port}")


@on_every_release
class FullDisk(FullCase):
    """What servers write lies on a small disk of its own."""

    @staticmethod
    def prepare(machine):
        machine.write(f"{ROOT}/overlays/recorder/srcds_run", RECORDER, "l4d2-sandbox", 0o755)

    def mount_disk(self, *options):
        """A fresh ext4 of 8 MiB, for runtime; nothing of it is kept for root."""
        image = self.machine.disk.parent / f"disk-{secrets.token_hex(4)}"
        with open(image, "wb") as file:
            file.truncate(8 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", *options, image], check=True)
        device = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True,
                                text=True).stdout.strip()
        try:
            self.machine.run("mknod", "/dev/small-disk", "b", 7, device.removeprefix("/dev/loop"))
            self.machine.run("mount", "/dev/small-disk", RUNTIME)
            self.machine.run("rm", "/dev/small-disk")
        finally:
            # It is gone for good when it is unmounted.
            subprocess.run(["losetup", "--detach", device], check=True)
        self.addCleanup(self.machine.run, "umount", RUNTIME)
        self.addCleanup(self.machine.run, "systemctl", "stop", "l4d2@*")

    def test_a_server_that_fills_the_disk_runs_on_and_others_start_once_there_is_space(self):
        self.mount_disk()
        self.start("recorder", 27501, layers=("overlays/recorder", "overlays/tickrate", "installation"))
        wait_until(lambda: NO_SPACE in self.machine.journal("-u", service("recorder")), "the disk to be full")
        self.assert_answers("recorder", 27501)
        self.assert_start_fails("starved", 27502, f"{RUNTIME}/starved: mkdir: {NO_SPACE}: {ADVICE}")
        self.assert_answers("recorder", 27501)

        self.stop("recorder")
        self.machine.run("rm", f"{upper('recorder')}/{DEMO}")
        self.assert_starts_now("starved", 27502)

    def test_without_inodes_a_server_runs_on_and_others_start_once_there_are_some(self):
        self.mount_disk("-N", "64")
        self.start("crowded", 27503)
        self.wait_for_answer(27503)
        said = self.machine.shell(f"cd {merged('crowded')}/left4dead2 && i=0; "
                                  "while touch empty-$i; do i=$((i + 1)); done", check=False).stderr
        self.assertIn(NO_SPACE, said)
        self.assert_answers("crowded", 27503)
        self.assert_start_fails("homeless", 27504, f"{RUNTIME}/homeless: mkdir: {NO_SPACE}: {ADVICE}")

        self.stop("crowded")
        self.machine.shell(f"rm {upper('crowded')}/left4dead2/empty-*")
        self.assert_starts_now("homeless", 27504)


@on_every_release
class FullRun(FullCase):
    """/run, where the records are and the generator writes, has no space left."""

    # systemd does not reload with less than 16 MiB free.
    ROOMY = "size=64m,nr_inodes=100000"

    def setUp(self):
        self.machine.run("mount", "-o", f"remount,{self.ROOMY}", "/run")

    def fill_run(self):
        """Until there is not a byte left; there is space again after the test."""
        self.addCleanup(self.make_space)
        said = self.machine.shell("cat /dev/zero >/run/filler", check=False).stderr
        self.assertIn(NO_SPACE, said)

    def make_space(self):
        self.machine.run("rm", "-f", "/run/filler")
        self.machine.run("mount", "-o", f"remount,{self.ROOMY}", "/run")

    def test_without_space_for_its_record_a_start_fails_and_leaves_nothing_and_works_once_there_is_some(self):
        self.machine.run("mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "tmpfs", "/run/left4me")
        self.addCleanup(self.machine.run, "umount", "/run/left4me")
        self.machine.shell("head -c 4096 /dev/zero >/run/left4me/filler")
        self.assert_start_fails("unrecorded", 27510, f"/run/left4me/unrecorded.json.new: write: {NO_SPACE}: {ADVICE}")
        self.assertEqual(self.machine.output("ls", "-A", "/run/left4me"), "filler")
        self.machine.run("rm", "/run/left4me/filler")
        self.assert_starts_now("unrecorded", 27510)
        self.stop("unrecorded")

    def test_a_server_is_stopped_with_a_full_run_as_with_any_other(self):
        self.start("stopping", 27511)
        self.fill_run()
        self.stop("stopping")
        self.make_space()
        self.assert_starts_now("stopping", 27511)
        self.stop("stopping")

    def test_systemd_does_not_reload_with_a_full_run_and_servers_stay_as_they_are(self):
        self.start("unaware", 27512)
        self.fill_run()
        refused = self.machine.run("systemctl", "daemon-reload", check=False)
        self.assertIn("not enough space available on /run/systemd", refused.stderr)
        self.assert_answers("unaware", 27512)
        self.make_space()
        self.machine.run("systemctl", "daemon-reload")
        self.stop("unaware")

    def test_a_reload_without_inodes_is_told_of_in_the_kernel_log_and_the_next_one_mends_all(self):
        self.start("zoe", 27513)
        self.wait_for_answer(27513)
        # The kernel's log is the host's, and may still hold what another machine's generator said.
        crowd = f"crowd-{secrets.token_hex(6)}"
        names = [f"{crowd}-{number}" for number in range(20)]
        for number, name in enumerate(names):
            game_host.add_instance(self.machine, name, 27600 + number)
        self.addCleanup(self.make_space)
        used = self.machine.output("stat", "--file-system", "--format=%c %d", "/run").split()
        self.machine.run("mount", "-o", f"remount,nr_inodes={int(used[0]) - int(used[1]) + 4}", "/run")
        self.machine.run("systemctl", "daemon-reload", check=False)
        self.assertRegex(self.machine.run("dmesg").stdout, rf"left4me-generator\[\d+\]: .*{crowd}-.*{NO_SPACE}")
        self.assert_answers("zoe", 27513)

        self.make_space()
        self.machine.run("systemctl", "daemon-reload")
        self.assert_answers("zoe", 27513)
        self.stop("zoe")
        self.assert_starts_now(names[-1], 27619)
        self.stop(names[-1])
        for name in names:
            game_host.remove_instance(self.machine, name)
