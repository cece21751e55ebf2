"""Exchanges two names as fast as it can, as a user, until it is killed:

    python3 -m tests.overlay.swap_names UID ONE OTHER
"""

import ctypes
import os
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def swap_for_ever(user, one, other):
    renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    arguments = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # One that is a mount point cannot be renamed just now.
    while True:
        renameat2(*arguments)


if __name__ == "__main__":
    swap_for_ever(int(sys.argv[1]), *sys.argv[2:])
