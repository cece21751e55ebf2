"""Runs commands for the tests inside a virtual machine. Each line on the virtual serial port of a name is a command
as a JSON list; so is each answer, an object with its exit status and what it printed. Installed in the guest as a
service, without the rest of the tests."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def answer(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, timeout=240)
        return {"status": done.returncode, "output": done.stdout.decode(errors="replace")}
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"status": 127, "output": str(error)}


def serve(port):
    pending = b""
    while data := os.read(port, 65536):
        pending += data
        while b"\n" in pending:
            line, _, pending = pending.partition(b"\n")
            said = json.dumps(answer(json.loads(line))).encode() + b"\n"
            while said:
                said = said[os.write(port, said):]


def find_port(name):
    """The device of the port, as soon as the kernel has been told its name."""
    while True:
        for file in Path("/sys/class/virtio-ports").glob("*/name"):
            if file.read_text().rstrip("\n") == name:
                return Path("/dev") / file.parent.name
        time.sleep(0.05)


if __name__ == "__main__":
    serve(os.open(find_port(sys.argv[1]), os.O_RDWR | os.O_CLOEXEC))
