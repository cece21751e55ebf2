"""What an operator puts on a machine: the game (its stand-in), addon layers, and instances."""

import os
import shutil
import signal
from pathlib import Path

from tests.machine import product
from tests.machine.machine import wait_until

ROOT = "/var/lib/left4me"
GAME = Path(__file__).resolve().parents[1] / "game"
THIRD_USER = 4242
# An address of a machine's own, documentation's (RFC 5737): the game does not answer on the loopback address.
ADDRESS = "192.0.2.1"


def install_game(machine):
    """The installation layer, owned by left4me, and two addon layers of l4d2-sandbox: `tickrate`, with
    files of other owners among its own, and `maps`."""
    installation = f"{ROOT}/installation"
    machine.write(f"{installation}/srcds_run", (GAME / "srcds_run").read_bytes(), "left4me", 0o755)
    machine.write(f"{installation}/srcds_linux", product.game_program("srcds_linux").read_bytes(), "left4me", 0o755)
    machine.write(f"{installation}/left4dead2/gameinfo.txt", "game\n", "left4me")
    machine.write(f"{installation}/left4dead2/addons/base.vpk", "base\n", "left4me")
    machine.write(f"{installation}/left4dead2/cfg/server.cfg", "// of the installation\n", "left4me")
    machine.write(f"{installation}/left4dead2/a2s", "loopback yes\n", "left4me")

    tickrate = f"{ROOT}/overlays/tickrate/left4dead2"
    machine.write(f"{tickrate}/addons/tickrate.vpk", "tickrate\n", "l4d2-sandbox")
    machine.write(f"{tickrate}/cfg/server.cfg", "// of tickrate\n", "l4d2-sandbox")
    machine.write(f"{tickrate}/cfg/of_root.cfg", "// of root\n", "root")
    machine.write(f"{tickrate}/cfg/of_third_user.cfg", "// of a third user\n", THIRD_USER)

    machine.write(f"{ROOT}/overlays/maps/left4dead2/addons/maps.vpk", "maps\n", "l4d2-sandbox")


def instance_env(port, layers=("overlays/tickrate", "installation"), arguments="", autostart=False):
    lines = [f"L4D2_LOWERDIRS={':'.join(layers)}", f"L4D2_PORT={port}"]
    if arguments:
        lines.append(f"L4D2_ARGS={arguments}")
    if autostart:
        lines.append("L4D2_AUTOSTART=yes")
    return "\n".join(lines) + "\n"


def add_instance(machine, name, port, **options):
    machine.write(f"{ROOT}/instances/{name}/instance.env", instance_env(port, **options), "left4me")


def remove_instance(machine, name):
    shutil.rmtree(machine.path(f"{ROOT}/instances/{name}"))


def merged(name):
    return f"{ROOT}/runtime/{name}/merged"


def upper(name):
    return f"{ROOT}/runtime/{name}/upper"


def mount_unit(name):
    escaped = name.replace("-", "\\x2d")
    return f"var-lib-left4me-runtime-{escaped}-merged.mount"


def service(name):
    return f"l4d2@{name}.service"


def run_in_server(machine, name, script, root=ROOT):
    """Has a running server run a shell script, as somebody would who has taken it over, and returns what it
    prints, both streams. It is a child of the server, in its tree's left4dead2, and in all of its sandbox."""
    directory = f"{root}/runtime/{name}/merged/left4dead2"
    machine.path(f"{directory}/output").unlink(missing_ok=True)
    machine.write(f"{directory}/command", script, "left4me")
    # A server that has just been started does not know the signal yet, and would die of it.
    wait_until(lambda: catches(machine, machine.property(service(name), "MainPID"), signal.SIGUSR2),
               f"{name} to wait for commands")
    machine.run("systemctl", "kill", "--kill-whom=main", "--signal=USR2", service(name))
    wait_until(machine.path(f"{directory}/output").exists, f"{name} to run {script!r}")
    return machine.path(f"{directory}/output").read_text(errors="replace")


def catches(machine, pid, number):
    """Whether a process has a handler for a signal (proc(5))."""
    status = machine.run("cat", f"/proc/{pid}/status", check=False).stdout
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


def add_address(machine):
    """Gives a machine that is on the address ADDRESS."""
    done = machine.run_on_host_in_network("ip", "address", "replace", f"{ADDRESS}/24", "dev", "lo")
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def set_answers(machine, name, root=ROOT, **settings):
    """Has a running server answer with these settings of tests/game/a2s.hpp from now on, and with the defaults of all
    others; so no more on the loopback address, unless `loopback="yes"`."""
    lines = "".join(f"{setting} {value}\n" for setting, value in settings.items())
    path = f"{root}/runtime/{name}/merged/left4dead2/a2s"
    machine.write(f"{path}.new", lines, "left4me")
    machine.path(f"{path}.new").rename(machine.path(path))


def owner(path):
    """The (uid, gid) of a path, which may be a symlink."""
    status = os.lstat(path)
    return status.st_uid, status.st_gid


def ask_server(machine, port):
    """The server's A2S_INFO answer as {key: value}, once it listens. Raises TimeoutError when there is none in 10 s."""
    def answer():
        done = machine.run_on_host_in_network("/usr/bin/python3", GAME / "a2s_info.py", "127.0.0.1", port)
        return done.returncode == 0 and dict(line.split(": ", 1) for line in done.stdout.splitlines())

    return wait_until(answer, f"an A2S_INFO answer on port {port}", timeout=10)
