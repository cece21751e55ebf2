"""Servers come up at boot, after a reboot and after a power cut while one of them writes, with nothing to clean by
hand: Debian 12 on its own kernel."""

import json
import re
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

from tests.machine import game_host
from tests.machine.game_host import ROOT, merged, mount_unit, service
from tests.machine.machine import wait_until
from tests.vm import memory_pressure
from tests.vm.debian_host import HELPER, DebianHost

SERVERS = {"alpha": 27015, "beta": 27016}
LAYERS = {"alpha": ("overlays/writer", "overlays/tickrate", "installation"),
          "beta": ("overlays/maps", "overlays/tickrate", "installation")}
SCORES = "left4dead2/scores.txt"
# A server that saves, over and over, for as long as it runs, and says what it has saved.
WRITER = f"""#!/bin/sh
cd "$(dirname "$0")" || exit 1
(
    score=0
    while kill -0 $$; do
        score=$((score + 1))
        echo "$score" >>{SCORES} && sync {SCORES} && echo "saved $score"
    done
) &
exec ./srcds_linux "$@"
"""


@dataclass(frozen=True)
class Boot:
    """What was to be seen after a boot."""

    state: str
    boot_id: str
    failed_units: str
    service_states: dict
    mount_unit_states: dict
    answers: dict
    mounts: list  # of overlays: [(mount point, source, mount id)]
    records: dict
    plans: dict
    kernel_log: str
    root_check: str
    scores: list


def look_at(host, state):
    """Boot, of a host that has just booted into `state`."""
    return Boot(
        state=state,
        boot_id=host.run("cat", "/proc/sys/kernel/random/boot_id"),
        failed_units=host.run("systemctl", "list-units", "--failed", "--plain", "--no-legend"),
        service_states={name: host.run("systemctl", "is-active", service(name), check=False) for name in SERVERS},
        mount_unit_states={name: host.run("systemctl", "is-active", mount_unit(name), check=False)
                           for name in SERVERS},
        answers={name: wait_until(lambda port=port: host.ask_server(port), f"an answer of {name}")
                 for name, port in SERVERS.items()},
        mounts=overlays(host.run("cat", "/proc/1/mountinfo")),
        records={name: json.loads(host.run("cat", f"/run/left4me/{name}.json")) for name in SERVERS},
        plans={name: host.run(HELPER, "--dry-run", "mount", name) for name in SERVERS},
        kernel_log=host.run("dmesg"),
        root_check=host.run("systemctl", "show", "--property=Result,ExecMainStatus", "systemd-fsck-root.service"),
        scores=host.run("cat", f"{merged('alpha')}/{SCORES}").splitlines(),
    )


def overlays(mountinfo):
    found = []
    for line in mountinfo.splitlines():
        head, _, tail = line.partition(" - ")
        file_system, source, _ = tail.split(" ", 2)
        if file_system == "overlay":
            found.append((head.split()[4], source, int(head.split()[0])))
    return sorted(found)


def last_saved(host):
    """The last score that the server said it had saved, since this boot; 0 before the first."""
    saved = re.findall(r"^saved (\d+)$", host.run("journalctl", "--output=cat", "--unit", service("alpha")), re.M)
    return int(saved[-1]) if saved else 0


def prepare(machine):
    writer = f"{ROOT}/overlays/writer"
    machine.write(f"{writer}/srcds_run", WRITER, "l4d2-sandbox", 0o755)
    machine.write(f"{writer}/{SCORES}", "0\n", "l4d2-sandbox")
    for name, port in SERVERS.items():
        game_host.add_instance(machine, name, port, layers=LAYERS[name], autostart=True)
    memory_pressure.prepare(machine)


class PowerCut(unittest.TestCase):
    """One host, turned on three times; the tests look at what was seen."""

    first: Boot
    rebooted: Boot
    after_power_cut: Boot
    saved_before_power_cut: int
    eaten: memory_pressure.Eaten
    starved: list
    answer_after_all: str
    check_after_shutdown: subprocess.CompletedProcess

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="left4me-vm-", dir="/var/tmp")
        cls.addClassCleanup(directory.cleanup)
        host = DebianHost(directory.name, prepare)
        cls.addClassCleanup(host.cut_power)
        cls.first = look_at(host, host.boot())
        host.end("reboot")
        cls.rebooted = look_at(host, host.boot())
        wait_until(lambda: last_saved(host) > 2, "the server to save", timeout=60)
        cls.saved_before_power_cut = last_saved(host)
        host.cut_power()
        cls.after_power_cut = look_at(host, host.boot())
        cls.eaten = memory_pressure.eat(host)
        cls.starved = memory_pressure.starve(host)
        cls.answer_after_all = host.ask_server(SERVERS["alpha"])
        host.end("poweroff")
        cls.check_after_shutdown = subprocess.run(["e2fsck", "-f", "-n", host.disk], capture_output=True, text=True,
                                                  check=False)

    def boots(self):
        return {"first boot": self.first, "reboot": self.rebooted, "power cut": self.after_power_cut}.items()

    def each_boot(self):
        for name, boot in self.boots():
            with self.subTest(name):
                yield boot

    def test_these_were_three_boots(self):
        self.assertEqual(len({boot.boot_id for _, boot in self.boots()}), 3)

    def test_no_unit_fails(self):
        for boot in self.each_boot():
            self.assertEqual((boot.state, boot.failed_units), ("running", ""))

    def test_every_server_is_up_and_answers(self):
        for boot in self.each_boot():
            for name, port in SERVERS.items():
                self.assertEqual((boot.service_states[name], boot.mount_unit_states[name]), ("active\n", "active\n"))
                self.assertIn(f"name: stand-in on {port}\n", boot.answers[name])

    def test_every_overlay_is_mounted_once_and_there_is_no_other(self):
        for boot in self.each_boot():
            self.assertEqual([mount[:2] for mount in boot.mounts],
                             [(merged(name), f"left4me:{name}") for name in sorted(SERVERS)])

    def test_every_record_is_of_what_is_mounted(self):
        for boot in self.each_boot():
            for point, source, mount_id in boot.mounts:
                name = source.removeprefix("left4me:")
                record = boot.records[name]
                self.assertEqual((record["mount_id"], record["directory"]), (mount_id, str(Path(point).parent)))
                self.assertEqual([(layer["path"], layer["idmapped"]) for layer in record["layers"]],
                                 [(f"{ROOT}/{layer}", layer != "installation") for layer in LAYERS[name]])

    def test_the_staged_way_is_taken(self):
        for boot in self.each_boot():
            for name in SERVERS:
                self.assertEqual(boot.records[name]["way"], "staged")
                self.assertRegex(boot.plans[name], r"(?m)^way +staged$")

    def test_the_kernel_has_nothing_to_say_about_the_overlays(self):
        for boot in self.each_boot():
            self.assertNotRegex(boot.kernel_log, "(?i)overlayfs: .*(in-use|failed|upperdir|workdir)|WARNING:|BUG:")

    def test_the_root_file_system_is_checked_without_anyones_help(self):
        for boot in self.each_boot():
            self.assertEqual(set(boot.root_check.split()), {"Result=success", "ExecMainStatus=0"})
        self.assertNotIn("recovery complete", self.rebooted.kernel_log)
        self.assertIn("recovery complete", self.after_power_cut.kernel_log)
        self.assertEqual(self.check_after_shutdown.returncode, 0, self.check_after_shutdown.stdout)

    def test_what_the_server_had_synced_is_there(self):
        saved = [str(score) for score in range(1, self.saved_before_power_cut + 1)]
        self.assertGreater(len(saved), 2)
        # In the last boot the server has begun with 1 again.
        ends = [at for at, score in enumerate(self.after_power_cut.scores) if score == "1"]
        self.assertEqual(self.after_power_cut.scores[0], "0")
        self.assertEqual(len(ends), 3, self.after_power_cut.scores)
        self.assertEqual(self.after_power_cut.scores[ends[1]:][:len(saved)], saved)

    def test_a_server_over_its_memory_max_is_restarted_up_to_the_limit_and_leaves_nothing_mounted(self):
        self.assertEqual(self.eaten.properties, {"ActiveState": "failed", "Result": "oom-kill", "NRestarts": "5"})
        self.assertEqual((self.eaten.starts, self.eaten.kills), (5, 5))
        self.assertEqual((self.eaten.overlays, self.eaten.records), ([], []))

    def test_a_helper_that_the_kernel_kills_for_want_of_memory_is_made_good_by_the_next_one(self):
        self.assertIn(True, [starved.killed for starved in self.starved])
        for starved in self.starved:
            self.assertEqual(starved.mounted, [merged(memory_pressure.STARVED)])
            self.assertEqual(starved.records, [f"/run/left4me/{memory_pressure.STARVED}.json"])
            self.assertEqual(starved.left, [])

    def test_others_feel_nothing_of_it(self):
        self.assertIn(f"name: stand-in on {SERVERS['alpha']}\n", self.answer_after_all)
