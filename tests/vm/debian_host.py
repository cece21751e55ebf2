"""A Debian 12 with its own kernel and the product, in a virtual machine that the tests turn on and off."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.machine import game_host, product, roots
from tests.machine.machine import Machine
from tests.vm.disk_image import make_image
from tests.vm.kernel import prepare_kernel
from tests.vm.virtual_machine import PORT_NAME, VirtualMachine

RELEASE = "bookworm"
HELPER = "/usr/libexec/left4me/left4me-overlay"
_AGENT = "/usr/local/lib/guest_agent.py"
_ASK_SERVER = "/usr/local/lib/a2s_info.py"
_AGENT_UNIT = f"""[Unit]
Description=Runs commands for the tests

[Service]
ExecStartPre=modprobe virtio_console
ExecStart=/usr/bin/python3 {_AGENT} {PORT_NAME}
"""
# A boot without KVM on a busy machine.
_TIMEOUT = 240


class DebianHost:
    """Off at first. What is in `prepare(machine)`, a Machine that is off, is on its disk from the beginning."""

    def __init__(self, directory, prepare):
        self.kernel = prepare_kernel(RELEASE, Path(directory) / "kernel")
        self.disk = Path(directory) / "disk.ext4"
        self._make_disk(Path(directory) / "tree", prepare)
        # A cache that is written when the guest asks for it, as a disk does: what it had synced survives kill().
        self._machine = VirtualMachine(directory, self.kernel, [(self.disk, "cache=writeback")])
        self._channel = None
        self._answers = None

    def boot(self):
        """Boots, and returns when systemd has nothing more to start: what `systemctl is-system-running` says."""
        self._channel = self._machine.boot()
        self._channel.settimeout(_TIMEOUT)
        self._answers = self._channel.makefile("rb")
        return self.run("systemctl", "is-system-running", "--wait", check=False).strip()

    def run(self, *command, check=True):
        """What a command prints inside, both streams; raises AssertionError with it when `check` and it fails."""
        try:
            self._channel.sendall(json.dumps([str(word) for word in command]).encode() + b"\n")
            line = self._answers.readline()
        except (TimeoutError, ConnectionError) as error:
            raise AssertionError(f"{' '.join(map(str, command))}: {error}\n{self.console()}") from error
        if not line:
            raise AssertionError(f"{' '.join(map(str, command))}: the guest has ended\n{self.console()}")
        answer = json.loads(line)
        if check and answer["status"] != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: exit {answer['status']}\n{answer['output']}")
        return answer["output"]

    def ask_server(self, port):
        """The server's A2S_INFO answer, as text; empty when there is none."""
        return self.run("/usr/bin/python3", _ASK_SERVER, "127.0.0.1", port, check=False)

    def end(self, verb):
        """Ends it with `systemctl poweroff` or `reboot`, as an operator does, and waits for it."""
        self.run("systemctl", "--no-block", verb)
        try:
            self._machine.wait_for_end(_TIMEOUT)
        finally:
            self._hang_up()

    def cut_power(self):
        """Kills it."""
        self._machine.kill()
        self._hang_up()

    def console(self):
        return self._machine.console_text()

    def _hang_up(self):
        if self._channel is not None:
            self._answers.close()
            self._channel.close()
            self._channel = None

    def _make_disk(self, tree, prepare):
        subprocess.run(["cp", "-a", roots.vm_root(RELEASE), tree], check=True)
        machine = Machine(tree, RELEASE)
        machine.install(product.install(RELEASE))
        machine.install(self.kernel.modules)
        machine.write("/etc/fstab", "/dev/vda / ext4 errors=remount-ro 0 1\n")
        machine.write("/etc/hostname", "left4me\n")
        machine.write(_AGENT, Path(__file__).with_name("guest_agent.py").read_text())
        machine.write(_ASK_SERVER, (game_host.GAME / "a2s_info.py").read_text())
        machine.write("/etc/systemd/system/left4me-test-agent.service", _AGENT_UNIT)
        wants = machine.path("/etc/systemd/system/multi-user.target.wants")
        wants.mkdir(exist_ok=True)
        (wants / "left4me-test-agent.service").symlink_to("/etc/systemd/system/left4me-test-agent.service")
        game_host.install_game(machine)
        prepare(machine)
        make_image(self.disk, tree, "1G")
        shutil.rmtree(tree)
