"""The demonstration that packaging/demo starts: two servers on one machine, seen by their operator."""

import sys
import time

from tests.machine import game_host, roots
from tests.machine.machine import RELEASES, Machine

LAYERS = {"alpha": ("overlays/tickrate", "installation"),
          "beta": ("overlays/maps", "overlays/tickrate", "installation")}
PORTS = {"alpha": 27015, "beta": 27016}


def say(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def show(machine, command):
    """Runs a shell command in the machine, shown as an operator would see it."""
    print(f"\n# {command}", flush=True)
    done = machine.shell(command, check=False)
    print((done.stdout + done.stderr).rstrip("\n"), flush=True)


def run(machine):
    game_host.install_game(machine)
    game_host.add_instance(machine, "alpha", PORTS["alpha"], layers=LAYERS["alpha"], autostart=True)
    machine.boot()

    say(f"A machine with {machine.output('systemctl', '--version').splitlines()[0]}. The server alpha starts "
        "at boot, because its instance.env says so:")
    show(machine, f"cat {game_host.ROOT}/instances/alpha/instance.env")
    show(machine, "systemctl status --no-pager --lines=4 l4d2@alpha")

    say("A second server is a second file, a reload and a start:")
    game_host.add_instance(machine, "beta", PORTS["beta"], layers=LAYERS["beta"])
    show(machine, f"cat {game_host.ROOT}/instances/beta/instance.env")
    show(machine, "systemctl daemon-reload && systemctl start l4d2@beta && systemctl is-active l4d2@beta")

    say("Each has one overlay of the shared layers, and a private upper layer:")
    show(machine, "findmnt --types overlay --output TARGET,SOURCE,FSTYPE")
    show(machine, "/usr/libexec/left4me/left4me-overlay --dry-run mount beta")

    say("An addon layer belongs to l4d2-sandbox. In the overlay its files belong to the servers, which may "
        "change them; what they change lands in upper:")
    show(machine, f"ls -ln {game_host.ROOT}/overlays/tickrate/left4dead2/cfg")
    show(machine, f"ls -ln {game_host.merged('alpha')}/left4dead2/cfg")
    show(machine, f"cd {game_host.upper('alpha')} && find . -type f -exec ls -l {{}} +")

    say("Both answer as game servers do (A2S_INFO):")
    for name, port in PORTS.items():
        print(f"{name}: {game_host.ask_server(machine, port)}")

    say("A file that cannot be used is refused with its line, and disturbs no other server:")
    machine.write(f"{game_host.ROOT}/instances/gamma/instance.env",
                  "L4D2_LOWERDIRS=overlays/../../../etc\nL4D2_PORT=99999\n", "left4me")
    show(machine, "systemctl daemon-reload; systemctl start l4d2@gamma")
    show(machine, "systemctl status --no-pager --lines=6 l4d2@gamma")

    say("After a stop nothing is left mounted:")
    show(machine, "systemctl stop l4d2.target 'l4d2@*' && systemctl is-active l4d2@alpha l4d2@beta")
    show(machine, "findmnt --types overlay --noheadings | wc --lines")
    left = [point for point, (kind, *_) in machine.mounts().items() if kind == "overlay"]
    if left:
        raise SystemExit(f"still mounted: {left}")


def main():
    began = time.monotonic()
    release = roots.host_release()
    if release not in RELEASES:
        release = RELEASES[0]
    say(f"Building the product and a machine of Debian {release} …")
    with Machine.create(release) as machine:
        run(machine)
    say(f"That took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
