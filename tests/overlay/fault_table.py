"""The errors that each system call documents, and what the helper makes of them.

Most end the call with exit code 71 and a message that ends in what the errno means; those that do not are RULES.
"""

import re
from dataclasses import dataclass

from tests.overlay.sandbox import BAD_CONFIGURATION, BUSY, NO_SUCH_INSTANCE, REFUSED, SYSTEM_CALL_FAILED

# From each one's manual page, those that its use here can meet. EBADF, EFAULT and most EINVAL would be mistakes of the
# helper's own. EINTR takes a signal handler, and the helper has none, but it must not end a wait.
ERRNOS = {
    "capget": "EPERM",
    "capset": "EPERM",
    "chdir": "EACCES ENOMEM",
    "clock_nanosleep": "EINTR",
    "clone3": "EAGAIN ENOMEM ENOSPC EPERM",
    "close_range": "ENOMEM",
    "connect": "EACCES ECONNREFUSED",
    "fchdir": "EACCES EIO",
    "fchownat": "EPERM EROFS EIO",
    "fcntl": "EINVAL",
    "flock": "EAGAIN EINTR ENOLCK",
    "fsconfig": "ENOMEM EPERM",
    "fsmount": "EMFILE ENOMEM EPERM",
    "fspick": "EMFILE ENOMEM EPERM",
    "fsopen": "EMFILE ENODEV ENOMEM EPERM",
    "fstatfs": "EIO ENOMEM",
    "getdents64": "EIO ENOMEM",
    "getxattr": "EOPNOTSUPP EACCES EIO",
    "llistxattr": "EOPNOTSUPP EACCES EIO ENOMEM",
    "lseek": "ESPIPE",
    "mkdir": "EACCES ENOSPC EROFS",
    "mkdirat": "EACCES EDQUOT ENOSPC EROFS",
    "mmap": "ENOMEM",
    "mount": "EACCES EBUSY ENODEV ENOMEM EPERM",
    "mount_setattr": "EPERM ENOMEM",
    "move_mount": "EACCES EPERM ENOSPC",
    "newfstatat": "EACCES EIO ENOMEM",
    "open_tree": "EMFILE ENOMEM EPERM ENOSPC",
    "openat": "EACCES EMFILE ENFILE ENOMEM",
    "openat2": "EACCES EAGAIN EMFILE ENOMEM",
    "pivot_root": "EPERM",
    "pipe2": "EMFILE ENFILE",
    "read": "EINTR EIO",
    "prlimit64": "EPERM",
    "readlinkat": "EACCES EIO ENOMEM",
    "renameat2": "EACCES EIO ENOSPC EROFS",
    "symlinkat": "EACCES EIO ENOSPC EROFS",
    "ioctl": "EIO EPERM",
    "fchmodat": "EACCES EIO EROFS",
    "renameat": "EACCES EIO ENOSPC EROFS",
    "setns": "ENOMEM EPERM",
    "setxattr": "EOPNOTSUPP ENOSPC EIO",
    "socket": "EMFILE ENOMEM",
    "statx": "EACCES EIO ENOMEM",
    "umount2": "EAGAIN EBUSY EINVAL ENOMEM EPERM",
    "unlinkat": "EACCES EIO EROFS",
    "unshare": "ENOMEM ENOSPC EPERM",
    "ustat": "ENOSYS EPERM",
    "waitid": "EINTR",
    "write": "EINTR EIO ENOSPC EPERM",
}

# A failure of these makes no sense.
NEVER_FAIL = {
    "brk": "the C library then takes memory by mmap",
    "close": "frees the descriptor even when it fails (close(2)), whereas strace would leave it open",
    "exit_group": "does not return",
    "geteuid": "always succeeds (geteuid(2))",
    "futex": "of the C library, to wake those that wait: there is nobody",
    "munmap": "of the C library, which does not look at what it returns",
    "rt_sigaction": "fails only for a signal that does not exist",
    "rt_sigprocmask": "of the C library; fails only when it is called wrongly",
    "umask": "always succeeds (umask(2))",
}

# More that is worth trying where a path is opened that an unprivileged user may change meanwhile.
BENEATH = "RESOLVE_BENEATH"
ERRNOS_BENEATH = "ENOENT ENOTDIR ELOOP EXDEV"


GETS_ALONG = "gets along without it"
EITHER = "gets along without it, or fails with 71"


@dataclass(frozen=True)
class Rule:
    """What else becomes of a call that fails. `words` are in the message, or tell why there is none."""
    pattern: str
    errnos: str
    status: int | str
    words: str

    def covers(self, call, error):
        return error in self.errnos.split() and re.search(self.pattern, f"{call.name}({call.arguments})")


def gets_along(pattern, errnos, reason):
    return Rule(pattern, errnos, GETS_ALONG, reason)


RULES = (
    gets_along(r"^flock", "EAGAIN EINTR", "it is tried again"),
    gets_along(r"^openat2", "EAGAIN", "openat2(2) says to try again"),
    gets_along(r"^read|^waitid|^clock_nanosleep", "EINTR", "the wait goes on"),
    gets_along(r"^close_range", "ENOMEM", "what was handed down stays open until the helper ends"),
    gets_along(r"^prlimit64", "EPERM", "the limits of most callers are wide enough"),
    gets_along(r"^unlinkat.*\.lock", "EACCES EIO EROFS", "the next call locks the same file, and removes it"),
    gets_along(r"^llistxattr", "EOPNOTSUPP", "then there are no attributes"),
    gets_along(r"^getxattr|^setxattr", "EOPNOTSUPP EACCES ENOSPC EIO", "then upper is looked through each time"),
    gets_along(r'^openat2.*"work/incompat/volatile"', "ENOENT ENOTDIR ELOOP", "then there is no such marker"),
    Rule(r'/installation>, "srcds_run"', "ENOENT", 0, "none of its layers has srcds_run"),
    gets_along(r'srcds_run|^openat\(.*"/proc/self/fd/\d+", O_RDONLY\|O_NOCTTY|^openat2\(.*"(/usr|/bin/sh)"',
               "EACCES EAGAIN EIO ELOOP EMFILE ENFILE ENOENT ENOMEM ENOTDIR EXDEV",
               "then nothing is said of the server's program, or that it is not there"),
    gets_along(r"^openat2.*left4me-root.*RESOLVE_NO_XDEV", "ENOENT EXDEV", "it is gone, or somebody has mounted something"),
    Rule(r"^openat2.*left4me-root", "ENOTDIR ELOOP", SYSTEM_CALL_FAILED, ""),
    gets_along(r"^openat2.*RESOLVE_NO_XDEV", "ENOENT ENOTDIR ELOOP", "the server took it out of upper meanwhile"),
    Rule(r"^openat2.*RESOLVE_NO_XDEV", "EXDEV", REFUSED, "something is mounted on"),
    gets_along(r"^openat2.*steamclient", "EACCES EMFILE ENOMEM ENOENT ENOTDIR ELOOP EXDEV", "then there is no link to it"),
    gets_along(r'^umount2\("merged", UMOUNT_NOFOLLOW\)', "EBUSY", "it is detached"),
    gets_along(r"^ioctl", "EIO EPERM", "then the file system has no such attributes"),
    gets_along(r"50-left4me\.conf", "EACCES EAGAIN EIO EMFILE ENOMEM",
               "then nothing is said of an instance.env that systemd has not read"),
    Rule(r"^fstatfs.*/runtime/alpha/upper>", "EIO ENOMEM", EITHER, "once only to say that it is full"),
    gets_along(r"^fstatfs.*/overlays/addon>", "EIO ENOMEM", "then the kernel says whether it can be idmapped"),
    gets_along(r'^openat2.*"(l4d2@alpha\.service|cgroup\.procs)"', "ENOENT", "then nobody is in that control group"),
    Rule(r'^openat2\((?!\d+</(instance)?>).*"(runtime|work|merged)"', "ENOENT", EITHER, "then it is made, or was removed at this moment"),
    # Before the end of umount it is for the case of a kill; of a mount it is the record.
    Rule(r"^(openat|write|renameat)\(.*alpha\.json", "EACCES EMFILE ENFILE ENOMEM EINTR EIO ENOSPC EPERM EROFS", EITHER,
         "umount can do without"),
    gets_along(r"^ustat", "ENOSYS EPERM", "then all mount namespaces are looked through"),
    gets_along(r"^capget.*NULL", "EPERM", "libcap asks for the version that the kernel prefers"),
    gets_along(r"^socket.*SOCK_STREAM|nscd", "EACCES ECONNREFUSED EMFILE ENOMEM", "the C library needs no nscd"),
    gets_along(r'^newfstatat\(AT_FDCWD.*, "/"', "EACCES EIO ENOMEM", "the C library looks for a chroot"),
    gets_along(r"nsswitch.conf", "EACCES", "the C library has a default"),
    Rule(r"^newfstatat\(\d.*nsswitch.conf", "EIO ENOMEM", EITHER, "once to see whether it changed, once for stdio"),
    gets_along(r"^newfstatat.*/etc/passwd", "EIO ENOMEM", "stdio looks how large a buffer may be"),
    gets_along(r'^openat2.*"/etc/left4me/instances"', "EACCES",
               "what is in the other directory is found, as the generator finds it"),

    gets_along(r'^openat2.*"/run/test-disk/root", {flags=[A-Z_|]*O_PATH, resolve=RESOLVE_NO_SYMLINKS\|', "EACCES",
               "then the state root is where left4me.conf says, and opening it fails"),
    Rule(r'^openat2.*"/(etc|run|usr/lib)/left4me/left4me\.conf', "EACCES", BAD_CONFIGURATION, "Permission denied"),
    Rule(r"^newfstatat.*/left4me\.conf\.d/", "EACCES", BAD_CONFIGURATION, "Permission denied"),
    Rule(r"^openat2.*instance\.env", "ENOENT ENOTDIR", NO_SUCH_INSTANCE, "there is no alpha/instance.env"),
    Rule(r"^openat2.*instance\.env", "ELOOP", BAD_CONFIGURATION, "instance.env:1: a symbolic link"),
    Rule(r"^openat2.*instance\.env", "EACCES", BAD_CONFIGURATION, "Permission denied"),
    Rule(r"^openat2.*instance\.env", "EXDEV", BAD_CONFIGURATION, "Invalid cross-device link"),
    Rule(r'^openat2.*"/run/test-disk/root/instances"', "EACCES", BAD_CONFIGURATION, "instances:1: Permission denied"),
    Rule(r'^openat2.*"(overlays|addon|installation|\.)"', "ENOENT", REFUSED, "does not exist: correct its name"),
    Rule(r'^openat2.*"(overlays|addon|installation|\.)"', "ENOTDIR", REFUSED, "is not a directory"),
    Rule(r'^openat2.*"(overlays|addon|installation|\.)"', "ELOOP EXDEV", REFUSED, "has a symbolic link in its path"),
    Rule(r'^openat2\(\d+</(instance)?>, "(upper|work)"', "ENOENT ENOTDIR ELOOP", BUSY,
         "was replaced while it was being mounted"),
    Rule(r'^openat2.*"(runtime|alpha|runtime/alpha|upper|work|merged)"', "ENOTDIR ELOOP", REFUSED,
         "is not a directory: move it away"),
    Rule(r"^mount_setattr", "EPERM", REFUSED, "is idmapped already"),
)


def errnos_of(call):
    errnos = ERRNOS.get(call.name, "").split()
    if call.name == "openat2" and BENEATH in call.arguments:
        errnos += ERRNOS_BENEATH.split()
    # Where umount looks for it, that is what "not mounted" means.
    if '"runtime/alpha"' in call.arguments:
        errnos.remove("ENOENT")
    # No path, no permission.
    if "AT_EMPTY_PATH" in call.arguments and call.name in ("newfstatat", "statx"):
        errnos.remove("EACCES")
    return errnos


def rule_of(call, error):
    for rule in RULES:
        if rule.covers(call, error):
            return rule
    return None
