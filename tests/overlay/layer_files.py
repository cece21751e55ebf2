"""Files to put into layers, and what can be seen of a file: owner, mode, attributes, contents.

Attributes are written as the bytes the kernel stores: <linux/capability.h> for file capabilities and
<linux/posix_acl_xattr.h> for access control lists.
"""

import os
import socket
import stat
import struct
from dataclasses import dataclass, field, replace

CAPABILITY = "security.capability"
ACCESS_ACL = "system.posix_acl_access"
DEFAULT_ACL = "system.posix_acl_default"
OWN_PREFIX = "trusted.overlay."

USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NO_ID = 0xFFFFFFFF
ACL_ENTRY = struct.Struct("<HHI")

CAP_SYS_ADMIN = 21
EVERYBODY_WRITES = 0o666


def capability(root=None):
    """CAP_SYS_ADMIN, permitted and effective: VFS_CAP_REVISION_2, or _3 with the id of a namespace's root."""
    revision = 0x02000000 if root is None else 0x03000000
    value = struct.pack("<5I", revision | 1, 1 << CAP_SYS_ADMIN, 0, 0, 0)
    return value if root is None else value + struct.pack("<I", root)


@dataclass(frozen=True)
class Acl:
    """An access control list: the three classes of the mode, and permissions by user and by group."""
    owner: int
    group: int
    mask: int
    other: int
    users: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)

    def pack(self):
        entries = [(USER_OBJ, self.owner, NO_ID),
                   *((USER, permissions, uid) for uid, permissions in sorted(self.users.items())),
                   (GROUP_OBJ, self.group, NO_ID),
                   *((GROUP, permissions, gid) for gid, permissions in sorted(self.groups.items())),
                   (MASK, self.mask, NO_ID), (OTHER, self.other, NO_ID)]
        return struct.pack("<I", 2) + b"".join(ACL_ENTRY.pack(*entry) for entry in entries)

    @classmethod
    def unpack(cls, value):
        found = {USER: {}, GROUP: {}}
        for tag, permissions, identity in ACL_ENTRY.iter_unpack(value[4:]):
            if tag in (USER, GROUP):
                found[tag][identity] = permissions
            else:
                found[tag] = permissions
        return cls(found[USER_OBJ], found[GROUP_OBJ], found[MASK], found[OTHER], found[USER], found[GROUP])

    def map_ids(self, uid, gid):
        return replace(self, users={uid(one): permissions for one, permissions in self.users.items()},
                       groups={gid(one): permissions for one, permissions in self.groups.items()})

    def chmod(self, mode):
        """acl(5), "CORRESPONDENCE BETWEEN ACL ENTRIES AND FILE PERMISSION BITS"."""
        return replace(self, owner=mode >> 6 & 7, mask=mode >> 3 & 7, other=mode & 7)

    def mode(self):
        return self.owner << 6 | self.mask << 3 | self.other


@dataclass(frozen=True)
class File:
    """A file as it lies on a disk or shows in a mount. What `name` says is only for people.

    Extended attributes are bytes but for the access control lists.
    """
    kind: int
    mode: int
    uid: int
    gid: int
    contents: bytes = b""
    device: int = 0
    attributes: dict = field(default_factory=dict)

    def make(self, path):
        """Writes it to the disk, as root."""
        if self.kind == stat.S_IFDIR:
            os.mkdir(path)
        elif self.kind == stat.S_IFLNK:
            os.symlink(self.contents, path)
        elif self.kind == stat.S_IFSOCK:
            with socket.socket(socket.AF_UNIX) as bound:
                bind_socket(path, bound)
        elif self.kind == stat.S_IFREG:
            with open(path, "xb") as file:
                file.write(self.contents)
        else:
            os.mknod(path, self.kind | 0o600, self.device)
        # Last come the capabilities, and before them the mode's bits, that a change of owner would take away.
        os.lchown(path, self.uid, self.gid)
        if self.kind != stat.S_IFLNK:
            os.chmod(path, self.mode)
        for name, value in self.attributes.items():
            os.setxattr(path, name, value.pack() if isinstance(value, Acl) else value, follow_symlinks=False)

    def map_ids(self, uid, gid):
        """As it shows where `uid` and `gid` map ids."""
        attributes = {}
        for name, value in self.attributes.items():
            if isinstance(value, Acl):
                value = value.map_ids(uid, gid)
            elif name == CAPABILITY:
                value = map_root(value, uid)
            attributes[name] = value
        return replace(self, uid=uid(self.uid), gid=gid(self.gid), attributes=attributes)

    def without_privileges(self, group=None):
        """After a write by a process of `group`, or a change of owner by it, or by root: chown(2).

        The set-group-ID bit of a file that its group may not execute once stood for mandatory locking, and stays for
        root and for the file's own group (in the kernel setattr_should_drop_sgid()).
        """
        mode = self.mode & ~stat.S_ISUID
        if mode & stat.S_IXGRP or group not in (None, self.gid):
            mode &= ~stat.S_ISGID
        return replace(self, mode=mode, attributes={name: value for name, value in self.attributes.items()
                                                    if name != CAPABILITY})

    def chmod(self, mode):
        attributes = {name: value.chmod(mode) if name == ACCESS_ACL else value
                      for name, value in self.attributes.items()}
        return replace(self, mode=mode, attributes=attributes)

    def may_write(self, uid, gid):
        """acl(5), "ACCESS CHECK ALGORITHM", for a process in one group only."""
        if uid == self.uid:
            return bool(self.mode & 0o200)
        acl = self.attributes.get(ACCESS_ACL)
        if acl is None:
            return bool(self.mode & (0o020 if gid == self.gid else 0o002))
        if uid in acl.users:
            return bool(acl.users[uid] & acl.mask & 2)
        of_group = [permissions for group, permissions in ((self.gid, acl.group), *acl.groups.items()) if group == gid]
        if of_group:
            return any(permissions & acl.mask & 2 for permissions in of_group)
        return bool(acl.other & 2)


def map_root(value, uid):
    """A capability's namespace root, seen through an id map. Root of the first namespace is not worth a field."""
    if len(value) == 20:
        return value
    root = uid(struct.unpack_from("<I", value, 20)[0])
    return capability(root or None)


def bind_socket(path, unbound):
    # An address holds 108 bytes; by the directory's descriptor every path is short enough.
    directory = os.open(os.path.dirname(path), os.O_PATH)
    try:
        unbound.bind(b"/proc/self/fd/%d/%s" % (directory, os.path.basename(path)))
    finally:
        os.close(directory)


def look(path):
    """The File at a path, links not followed, without overlayfs's own attributes."""
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    contents = b""
    if kind == stat.S_IFREG:
        with open(path, "rb") as file:
            contents = file.read()
    elif kind == stat.S_IFLNK:
        contents = os.readlink(os.fsencode(path))
    attributes = {}
    for name in os.listxattr(path, follow_symlinks=False):
        if not name.startswith(OWN_PREFIX):
            value = os.getxattr(path, name, follow_symlinks=False)
            attributes[name] = Acl.unpack(value) if name in (ACCESS_ACL, DEFAULT_ACL) else value
    return File(kind, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, contents, status.st_rdev,
                attributes)
