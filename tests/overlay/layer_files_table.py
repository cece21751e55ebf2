"""The files of the id tests: every kind of file, of every pair of owners, with every attribute that names ids."""

import os
import stat

from tests.overlay.layer_files import (
    ACCESS_ACL, CAPABILITY, DEFAULT_ACL, EVERYBODY_WRITES, Acl, File, capability)
from tests.overlay.sandbox import RUNTIME_USER, SANDBOX_USER, THIRD_USER

# The ids that other programs show in place of an unmapped one, and the last one there is.
OVERFLOW_ID, LAST_ID = 65534, 0xFFFFFFFE

USERS = {"the sandbox": SANDBOX_USER, "the runtime user": RUNTIME_USER, "root": 0, "a third user": THIRD_USER,
         "the overflow id": OVERFLOW_ID, "the last id": LAST_ID}
OWNERS = {
    **{name: (identity, identity) for name, identity in USERS.items()},
    "the sandbox in the runtime user's group": (SANDBOX_USER, RUNTIME_USER),
    "the runtime user in the sandbox's group": (RUNTIME_USER, SANDBOX_USER),
    "the sandbox in root's group": (SANDBOX_USER, 0),
    "root in the sandbox's group": (0, SANDBOX_USER),
    "a third user in the runtime user's group": (THIRD_USER, RUNTIME_USER),
    "the sandbox in the last group": (SANDBOX_USER, LAST_ID),
}

KINDS = {
    "a file": lambda uid, gid: File(stat.S_IFREG, 0o644, uid, gid, b"contents\n"),
    "a file for all": lambda uid, gid: File(stat.S_IFREG, EVERYBODY_WRITES, uid, gid, b"contents\n"),
    "a file for its group": lambda uid, gid: File(stat.S_IFREG, 0o664, uid, gid, b"contents\n"),
    "a directory": lambda uid, gid: File(stat.S_IFDIR, 0o755, uid, gid),
    "a link": lambda uid, gid: File(stat.S_IFLNK, 0o777, uid, gid, b"../target"),
    "a fifo": lambda uid, gid: File(stat.S_IFIFO, 0o644, uid, gid),
    "a socket": lambda uid, gid: File(stat.S_IFSOCK, 0o644, uid, gid),
    "a character device": lambda uid, gid: File(stat.S_IFCHR, 0o666, uid, gid, device=os.makedev(1, 3)),
    "a block device": lambda uid, gid: File(stat.S_IFBLK, 0o666, uid, gid, device=os.makedev(7, 200)),
}

MODES = {"setuid": 0o4755, "setgid": 0o2755, "setuid and setgid": 0o6755, "setgid without execution": 0o2664,
         "sticky": 0o1755, "no permissions": 0, "all bits": 0o7777}

# A mask that takes some of what the entries give.
NAMING_ALL = Acl(owner=6, group=4, mask=6, other=4,
                 users={SANDBOX_USER: 4, RUNTIME_USER: 6, THIRD_USER: 0, LAST_ID: 7},
                 groups={SANDBOX_USER: 6, RUNTIME_USER: 0, THIRD_USER: 2, LAST_ID: 1})
ACLS = {
    "that names all": NAMING_ALL,
    "that lets the sandbox write": Acl(6, 4, 6, 4, users={SANDBOX_USER: 6}),
    "that lets the runtime user write": Acl(6, 4, 6, 4, users={RUNTIME_USER: 6}),
    "that lets the sandbox's group write": Acl(6, 4, 6, 4, groups={SANDBOX_USER: 6}),
    "that lets the runtime user's group write": Acl(6, 4, 6, 4, groups={RUNTIME_USER: 6}),
    "that keeps the sandbox out of what all may write": Acl(6, 6, 6, 6, users={SANDBOX_USER: 0}),
    "that keeps the runtime user out of what all may write": Acl(6, 6, 6, 6, users={RUNTIME_USER: 0}),
    "whose mask takes the sandbox's permission": Acl(6, 6, 4, 4, users={SANDBOX_USER: 6}),
    "whose mask takes the runtime user's permission": Acl(6, 6, 4, 4, users={RUNTIME_USER: 6}),
}

CAPABILITIES = {
    "of version 2": capability(),
    **{f"of version 3 for a namespace of {name}": capability(root) for name, root in USERS.items()},
}

# What overlayfs would heed if it were mounted with userxattr, and what its old escape looks like.
FORGED = {f"user.overlay.{name}": value for name, value in {
    "opaque": b"y", "redirect": b"/cfg", "metacopy": b"", "whiteout": b"y", "origin": b"x" * 29, "impure": b"y"}.items()}


def rows():
    """All of it: {what it is, which is its file name too: how it lies on the disk}."""
    table = {f"{kind} of {owner}": make(*ids) for kind, make in KINDS.items() for owner, ids in OWNERS.items()}
    for owner in ("the sandbox", "the runtime user", "root", "a third user",
                  "the sandbox in the runtime user's group"):
        uid, gid = OWNERS[owner]
        for what, mode in MODES.items():
            table[f"a file of {owner} with {what}"] = File(stat.S_IFREG, mode, uid, gid, b"contents\n")
            table[f"a directory of {owner} with {what}"] = File(stat.S_IFDIR, mode, uid, gid)
    for owner in ("the sandbox", "root"):
        uid, gid = OWNERS[owner]
        for what, value in CAPABILITIES.items():
            table[f"a file of {owner} with a capability {what}"] = File(
                stat.S_IFREG, 0o755, uid, gid, b"contents\n", attributes={CAPABILITY: value})
    for what, acl in ACLS.items():
        table[f"a file with a list {what}"] = File(
            stat.S_IFREG, acl.mode(), 0, THIRD_USER, b"contents\n", attributes={ACCESS_ACL: acl})
        table[f"a file of the sandbox with a list {what}"] = File(
            stat.S_IFREG, acl.mode(), SANDBOX_USER, SANDBOX_USER, b"contents\n", attributes={ACCESS_ACL: acl})
    table["a directory with two lists"] = File(
        stat.S_IFDIR, NAMING_ALL.mode(), SANDBOX_USER, THIRD_USER,
        attributes={ACCESS_ACL: NAMING_ALL, DEFAULT_ACL: ACLS["that lets the sandbox write"]})
    for kind, mode in ((stat.S_IFREG, 0o644), (stat.S_IFDIR, 0o755)):
        table[f"forged attributes on {kind:o}"] = File(kind, mode, SANDBOX_USER, SANDBOX_USER, attributes=FORGED)
    table["a file with attributes of all sorts"] = File(
        stat.S_IFREG, 0o644, SANDBOX_USER, SANDBOX_USER, b"contents\n",
        attributes={"user.name": b"\0value", "trusted.name": b"t", "security.name": b"s"})
    return table
