"""The demonstration that packaging/demo starts: two servers on one machine, seen by their operator."""

import dataclasses
import sys
import time
from collections.abc import Callable

from tests.machine import game_host, roots
from tests.machine.game_host import ROOT, instance_env
from tests.machine.machine import RELEASES, Machine

HELPER = "/usr/libexec/left4me/left4me-overlay"
PORTS = {"alpha": 27015, "beta": 27016}
ALPHA = instance_env(PORTS["alpha"], layers=("overlays/tickrate", "installation"), autostart=True)
BETA = instance_env(PORTS["beta"], layers=("overlays/maps", "overlays/tickrate", "installation"))
GAMMA = "L4D2_LOWERDIRS=../etc:installation\nL4D2_PORT=99999\n"


@dataclasses.dataclass(frozen=True)
class Scene:
    """A sentence, what happens then, and the commands that show it."""

    sentence: str
    commands: tuple[str, ...]
    # An instance.env that somebody writes before the commands run.
    instance: tuple[str, str] | None = None
    # What is shown and is no command of the machine's.
    also: Callable[[Machine], str] | None = None
    # Whether packaging/demo-picture shows it.
    pictured: bool = False


def answers(machine):
    return "\n".join(f"{name}: {game_host.ask_server(machine, port)}" for name, port in PORTS.items())


SCENES = (
    Scene("The server alpha started at boot, because its instance.env says so:",
          (f"cat {ROOT}/instances/alpha/instance.env",
           "systemctl status --no-pager --lines=4 l4d2@alpha")),
    Scene("A second server is a second instance.env, a reload and a start:",
          (f"tail -n +1 {ROOT}/instances/*/instance.env",
           "systemctl daemon-reload && systemctl start l4d2@beta"),
          instance=("beta", BETA), pictured=True),
    Scene("Each has an overlay of the shared layers:",
          ("findmnt --types overlay --output TARGET,SOURCE,FSTYPE",), pictured=True),
    Scene("What is in it, and how:",
          (f"{HELPER} status beta",)),
    Scene("An addon layer belongs to l4d2-sandbox. In the overlay its files belong to the servers:",
          (f"ls -l {ROOT}/overlays/tickrate/left4dead2/cfg",
           f"ls -l {game_host.merged('alpha')}/left4dead2/cfg")),
    Scene("Both answer as game servers do (A2S_INFO):", (), also=answers),
    Scene("What a server changes lands in an upper layer of its own:",
          (f"find {ROOT}/runtime/*/upper -type f",), pictured=True),
    Scene("An instance.env that cannot be used is refused, with every line that is wrong:",
          (f"cat {ROOT}/instances/gamma/instance.env",
           "systemctl daemon-reload; systemctl start l4d2@gamma",
           "journalctl --no-pager --output=cat LEFT4ME_INSTANCE=gamma"),
          instance=("gamma", GAMMA), pictured=True),
    Scene("The others do not notice:",
          ("systemctl list-units --no-pager --no-legend 'l4d2@*'",), pictured=True),
    Scene("systemctl status of it says the same:",
          ("systemctl status --no-pager --lines=6 l4d2@gamma",)),
    Scene("After a stop nothing is left mounted:",
          ("systemctl stop 'l4d2@*'",
           "findmnt --types overlay --noheadings | wc --lines"), pictured=True),
)


def run_command(machine, command, colours):
    """What a shell command prints in the machine, on both streams."""
    environment = f"export SYSTEMD_COLORS={int(colours)} SYSTEMD_URLIFY=0\n"
    return machine.shell(f"{environment}{{ {command}\n}} 2>&1", check=False).stdout.rstrip("\n")


def play(machine, colours):
    """Boots a machine that is off and yields, as each scene has been played on it, the scene and the outputs of its
    commands. Raises SystemExit when an overlay is left in the end."""
    machine.write("/etc/hostname", "games\n")
    game_host.install_game(machine)
    machine.write(f"{ROOT}/instances/alpha/instance.env", ALPHA, "left4me")
    machine.boot()
    game_host.ask_server(machine, PORTS["alpha"])
    for scene in SCENES:
        if scene.instance:
            name, text = scene.instance
            machine.write(f"{ROOT}/instances/{name}/instance.env", text, "left4me")
        yield scene, [run_command(machine, command, colours) for command in scene.commands]
    left = [point for point, (kind, *_) in machine.mounts().items() if kind == "overlay"]
    if left:
        raise SystemExit(f"still mounted: {left}")


def machine_of_this_release():
    """A machine for which nothing has to be built a second time, if this host's release is one of them."""
    release = roots.host_release()
    return Machine.create(release if release in RELEASES else RELEASES[0])


def main():
    began = time.monotonic()
    colours = sys.stdout.isatty()

    def say(sentence):
        print(f"\n\033[1m{sentence}\033[0m" if colours else f"\n{sentence}", flush=True)

    say("Building the product and a machine …")
    with machine_of_this_release() as machine:
        for scene, outputs in play(machine, colours):
            say(scene.sentence)
            for command, output in zip(scene.commands, outputs, strict=True):
                print(f"\n# {command}", *([output] if output else []), sep="\n", flush=True)
            if scene.also:
                print(scene.also(machine), flush=True)
    say(f"That took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
