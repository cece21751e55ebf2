"""A machine with many servers that start at boot, in one of four kinds:

    left4me  as the product runs them
    overlay  the same without the template's sandbox
    sandbox  the template's sandbox around the same program, run from the installation: no overlay, no helper
    bare     that program in a plain service
"""

import os
import re
import time
from dataclasses import dataclass, fields
from pathlib import Path

from tests.machine import game_host
from tests.machine.game_host import ROOT
from tests.machine.machine import Machine, wait_until

LEFT4ME, OVERLAY, SANDBOX, BARE = KINDS = ("left4me", "overlay", "sandbox", "bare")

# Of the template's keys, those whose work is done anew for every process that a service starts.
_SANDBOX_KEY = re.compile(r"(RootDirectory|Protect|Private|Restrict(?!ForceExitStatus)|SystemCall|TemporaryFileSystem|Bind|"
                          r"NoNewPrivileges|CapabilityBoundingSet|LockPersonality|KeyringMode|UMask)")
# What the helper makes for a server.
_MOUNT_POINTS = ("dev", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr", "var/tmp", f"{ROOT[1:]}/installation")
# Without PrivateUsers= these are counted for all servers together.
_UNCOUNTED = "LimitNPROC=infinity\nLimitSIGPENDING=infinity\n"
_ROOTS = "/var/roots"
_PEER = f"""\
[Unit]
PartOf=peer.target
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=left4me
Slice=l4d2-game.slice
WorkingDirectory={ROOT}/installation/left4dead2
ExecStart={ROOT}/installation/srcds_run -game left4dead2 -norestart -strictportbind -ip 0.0.0.0 -port %i
KillSignal=SIGINT
"""
_FIRST_PORT = 27000
_CLOCK_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Times:
    """Of one boot to the next shutdown: seconds, and processor seconds of all processes of the machine."""

    boot: float
    boot_cpu: float
    reload: float
    stop_one: float
    start_one: float
    restart_one: float
    stop_all: float
    stop_all_cpu: float
    start_all: float
    start_all_cpu: float


class Crowd:
    def __init__(self, release, kind):
        self.kind = kind
        self._machine = Machine.create(release)
        self._units = []
        game_host.install_game(self._machine)
        self._template = "peer@" if kind in (SANDBOX, BARE) else "l4d2@"
        if self._template == "peer@":
            sandbox = "".join(f"{line}\n" for line in self._sandbox())
            sandbox += f"RootDirectory={_ROOTS}/%i\nBindPaths={ROOT}/installation\n"
            self._machine.write("/etc/systemd/system/peer@.service", _PEER + (sandbox if kind == SANDBOX else ""))
            self._machine.write("/etc/systemd/system/peer.target", "[Unit]\nDescription=Peers of the servers\n")
            self._link("/etc/systemd/system/peer.target", "multi-user.target.wants/peer.target")
        elif kind == OVERLAY:
            self._machine.write("/etc/systemd/system/l4d2@.service.d/no-sandbox.conf",
                                f"[Service]\nWorkingDirectory=-/\n{_UNCOUNTED}" + "".join(map(_undo, self._sandbox())))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._machine.destroy()

    def grow(self, count):
        """Until it has `count` servers. The machine has to be off, as it is at first and after measure()."""
        for port in range(_FIRST_PORT + len(self._units), _FIRST_PORT + count):
            if self._template == "peer@":
                self._units.append(f"peer@{port}.service")
                if self.kind == SANDBOX:
                    self._make_root(f"{_ROOTS}/{port}")
                self._link("/etc/systemd/system/peer@.service", f"peer.target.wants/{self._units[-1]}")
            else:
                self._units.append(game_host.service(f"s{port}"))
                game_host.add_instance(self._machine, f"s{port}", port, autostart=True)

    def _make_root(self, path):
        root = self._machine.path(path)
        for directory in _MOUNT_POINTS:
            (root / directory).mkdir(parents=True)
        for link in ("bin", "lib", "lib64", "sbin"):
            (root / link).symlink_to(f"usr/{link}")

    def boot(self):
        """Boots, and returns the machine."""
        self._machine.boot()
        return self._machine

    def measure(self):
        """Boots, does to the servers what Times names, and shuts down."""
        machine = self._machine
        machine.boot()
        self._check(len(self._units))
        boot, boot_cpu = self._seconds_to_all_active(), self._cpu_seconds()
        one = self._units[len(self._units) // 2]
        reload = self._time("daemon-reload")[0]
        stop_one, start_one, restart_one = (self._time(verb, one)[0] for verb in ("stop", "start", "restart"))
        stop_all = self._time("stop", *self._units)
        self._check(0)
        start_all = self._time("start", *self._units)
        self._check(len(self._units))
        machine.power_off()
        return Times(boot, boot_cpu, reload, stop_one, start_one, restart_one, *stop_all, *start_all)

    def _time(self, verb, *units):
        began, began_cpu = time.monotonic(), self._cpu_seconds()
        self._machine.run("systemctl", verb, *units, timeout=600)
        if verb == "stop":
            names = {unit.split("@")[1].removesuffix(".service") for unit in units}
            wait_until(lambda: not self._overlays() & names, "the unmount of what was stopped")
        return time.monotonic() - began, self._cpu_seconds() - began_cpu

    def _seconds_to_all_active(self):
        began = int(self._machine.output("systemctl", "show", "--value", "--property=UserspaceTimestampMonotonic"))
        return (max(int(row["ActiveEnterTimestampMonotonic"]) for row in self._states()) - began) / 1e6

    def _states(self):
        said = self._machine.output("systemctl", "show", "--property=ActiveState,ActiveEnterTimestampMonotonic",
                                    *self._units)
        return [dict(line.split("=", 1) for line in block.splitlines()) for block in said.split("\n\n")]

    def _check(self, count):
        """Raises RuntimeError when not exactly `count` servers are active, with as many overlays as they need."""
        active = sum(row["ActiveState"] == "active" for row in self._states())
        overlays = len(self._overlays())
        if (active, overlays) != (count, 0 if self._template == "peer@" else count):
            raise RuntimeError(f"{self.kind}: {active} active and {overlays} mounted of {count}\n"
                               f"{self._machine.recent_journal()}")

    def _overlays(self):
        sources = (source for file_system, source, _ in self._machine.mounts().values() if file_system == "overlay")
        return {source.removeprefix("left4me:") for source in sources if source.startswith("left4me:")}

    def _cpu_seconds(self):
        ticks = 0
        for pid in self._machine.processes():
            try:
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            # utime, stime, and those of children that were waited for
            ticks += sum(map(int, stat[11:15]))
        return ticks / _CLOCK_TICK

    def _sandbox(self):
        """The lines of the template that make its sandbox."""
        places = ("/usr/lib/systemd/system/l4d2@.service", "/lib/systemd/system/l4d2@.service")
        template = next(path for path in map(self._machine.path, places) if path.exists())
        return [line for line in template.read_text().splitlines() if _SANDBOX_KEY.match(line)]

    def _link(self, target, name):
        link = self._machine.path(f"/etc/systemd/system/{name}")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)


def _undo(line):
    """A line that takes back one of the sandbox."""
    key, _, value = line.partition("=")
    if key == "ProtectProc":
        return f"{key}=default\n"
    if key == "CapabilityBoundingSet":
        return f"{key}=~\n"
    return f"{key}={'no' if value in ('yes', 'strict', 'tmpfs') else ''}\n"


def names():
    return [field.name for field in fields(Times)]
