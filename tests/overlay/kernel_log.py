"""What the kernel says about overlays, which is the only sign of two of them on one upper layer."""

import os


class KernelLog:
    """The messages from now on."""

    def __init__(self):
        self._fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self._fd, 0, os.SEEK_END)

    def about_shared_uppers(self):
        messages = []
        while True:
            try:
                message = os.read(self._fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return messages
            if "upperdir is in-use as upperdir/workdir of another mount" in message:
                messages.append(message)
