"""What the kernel does to a server, and to the helper, that need more memory than there is: with cgroup controllers,
which a machine in namespaces has not."""

from dataclasses import dataclass

from tests.machine import game_host
from tests.machine.game_host import ROOT, merged, service
from tests.machine.machine import wait_until
from tests.vm.debian_host import HELPER

HUNGRY, STARVED = "hungry", "starved"
APPETITE = f"{merged(HUNGRY)}/left4dead2/appetite"
# Eats all there is as soon as it may.
_EATER = """#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo eating
while [ ! -e left4dead2/appetite ]; do sleep 0.1; done
exec tail /dev/zero
"""
# An emulated processor may need longer than a minute for five starts.
_LIMITS = "[Unit]\nStartLimitIntervalSec=1h\n[Service]\nMemoryMax=32M\nRestartSec=100ms\n"
# Of the helper: from none at all to what it needs.
_HELPER_LIMITS = ("200K", "400K", "600K", "800K", "1M", "1200K", "1600K", "2M")


def prepare(machine):
    machine.write(f"{ROOT}/overlays/hungry/srcds_run", _EATER, "l4d2-sandbox", 0o755)
    machine.write(f"/etc/systemd/system/{service(HUNGRY)}.d/limits.conf", _LIMITS)
    game_host.add_instance(machine, HUNGRY, 27017, layers=("overlays/hungry", "installation"))
    game_host.add_instance(machine, STARVED, 27018)


@dataclass(frozen=True)
class Eaten:
    """A server over its MemoryMax=, after systemd has given it up."""

    properties: dict
    starts: int
    kills: int  # as the kernel's log has them
    overlays: list
    records: list


def eat(host):
    """Eaten, by a server that is started and allowed to eat."""
    host.run("systemctl", "start", service(HUNGRY))
    # Into the upper layer: it eats after every restart, too.
    host.run("touch", APPETITE)
    journal = ("journalctl", "--output=cat", "--unit", service(HUNGRY))
    wait_until(lambda: "Start request repeated too quickly" in host.run(*journal), "systemd to give it up", timeout=120)
    wait_until(lambda: merged(HUNGRY) not in host.run("cat", "/proc/1/mountinfo"), "the last unmount")
    wait_until(lambda: not left_of(host, HUNGRY), "the end of its record")
    shown = host.run("systemctl", "show", "--property=ActiveState,Result,NRestarts", service(HUNGRY))
    return Eaten(
        properties=dict(line.split("=", 1) for line in shown.splitlines()),
        starts=host.run(*journal).splitlines().count("eating"),
        kills=host.run("dmesg").count("Memory cgroup out of memory: Killed process"),
        overlays=overlays_of(host, HUNGRY), records=left_of(host, HUNGRY))


@dataclass(frozen=True)
class Starved:
    """A helper that the kernel killed for want of memory at some point of its work, and the next call."""

    killed: bool
    mounted: list  # overlays after the next mount
    records: list
    left: list  # of either after the umount that follows


def starve(host):
    """A Starved for each of some limits."""
    return [starve_at(host, limit) for limit in _HELPER_LIMITS]


def starve_at(host, limit):
    said = host.run("systemd-run", "--scope", "--quiet", f"--property=MemoryMax={limit}",
                    "sh", "-c", f"{HELPER} mount {STARVED}; echo exit $?", check=False)
    host.run(HELPER, "mount", STARVED)
    mounted, records = overlays_of(host, STARVED), left_of(host, STARVED)
    host.run(HELPER, "umount", STARVED)
    return Starved(killed="exit 137" in said or "exit" not in said, mounted=mounted, records=records,
                   left=overlays_of(host, STARVED) + left_of(host, STARVED))


def overlays_of(host, name):
    return [line.split()[4] for line in host.run("cat", "/proc/1/mountinfo").splitlines()
            if f" - overlay left4me:{name} " in line]


def left_of(host, name):
    """Of /run/left4me."""
    return host.run("find", "/run/left4me", "-name", f"{name}.*").split()
