"""A virtual machine: qemu with a kernel of ours, disks, and a channel to whoever listens inside."""

import ctypes
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from tests.machine.machine import wait_until

PORT_NAME = "left4me"
MEMORY = "1G"
_PR_SET_PDEATHSIG = 1


class VirtualMachine:
    """Off at first. `disks` are files, each with options for qemu's -drive; `directory` is where the channel and the
    console's log are. A reboot ends it as a shutdown does, and so does a kernel that panics: boot() again."""

    def __init__(self, directory, kernel, disks, init="/sbin/init"):
        self._directory = Path(directory)
        self._kernel = kernel
        self._disks = disks
        self._init = init
        self._process = None
        self.console = self._directory / "console.log"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def boot(self):
        """Starts it, and returns its channel: a connected stream socket. Who listens is up to the guest."""
        if self._process is not None:
            raise RuntimeError("the virtual machine is on already")
        path = self._directory / "channel"
        path.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command(path), stdin=subprocess.DEVNULL,
                                         stdout=self.console.open("a"), stderr=subprocess.STDOUT,
                                         preexec_fn=_end_with_parent)
        try:
            return wait_until(lambda: self._connection(path), "the start of qemu")
        except BaseException:
            self.kill()
            raise

    def wait_for_end(self, timeout):
        """Waits until the guest has shut down or rebooted; raises TimeoutError when it does not, and kills it."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"the guest did not end within {timeout:g} s\n{self.console_text()}") from error
        finally:
            self.kill()

    def kill(self):
        """Ends it as a power cut does: what the guest had not written to its disks is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def console_text(self):
        return self.console.read_text(errors="replace") if self.console.exists() else ""

    def _connection(self, path):
        """A socket connected to qemu's at `path`; None while qemu does not listen there: the file is there before it does."""
        if self._process.poll() is not None:
            raise RuntimeError(f"qemu ended with {self._process.returncode}\n{self.console_text()}")
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            channel.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            channel.close()
            return None
        return channel

    def _command(self, channel):
        arguments = f"console=ttyS0 quiet panic=-1 init={self._init}"
        command = ["qemu-system-x86_64", "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot",
                   "-machine", "q35", *_accelerator(), "-m", MEMORY,
                   "-kernel", self._kernel.image, "-initrd", self._kernel.initramfs, "-append", arguments,
                   "-chardev", f"file,id=console,path={self.console},append=on", "-serial", "chardev:console",
                   "-device", "virtio-serial-pci", "-device", f"virtserialport,chardev=channel,name={PORT_NAME}",
                   "-chardev", f"socket,id=channel,path={channel},server=on,wait=off"]
        for path, options in self._disks:
            command += ["-drive", f"if=virtio,format=raw,file={path},{options}"]
        return command


def has_kvm():
    """Whether Debian's kernels run under KVM here. A /dev/kvm of a host that is a virtual machine itself may be
    for kernels that take part in it: without the processor's extensions, others hang."""
    flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return os.access("/dev/kvm", os.R_OK | os.W_OK) and bool(flags) and not {"vmx", "svm"}.isdisjoint(flags[1].split())


def _accelerator():
    return ["-accel", "kvm", "-cpu", "host"] if has_kvm() else ["-accel", "tcg", "-cpu", "max"]


def _end_with_parent():
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
