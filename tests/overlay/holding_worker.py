"""Holds on to the overlay that it was started in, and tries to write to its upper through that whenever it is told to.

    python3 -c THIS WAY PLACE

WAY is one of WAYS, and PLACE the directory of its user's below `layered` (from a layer) and `written` (from upper).
It says `ready PID`, then answers each line N with what came of its attempts in PLACE/N, as JSON: {attempt: "done" or
the errno}. It needs no file of the tests: the users it runs as may not be able to read them.
"""

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
LIBC.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
LIBC.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
PROT_READ, PROT_WRITE, MAP_SHARED, MAP_PRIVATE = 1, 2, 1, 2
MS_REMOUNT, MS_BIND = 32, 4096
SYS_OPEN_TREE, OPEN_TREE_CLONE, AT_FDCWD = 428, 1, -100
LENGTH = 4096
PLACE = sys.argv[2]
HELD = (f"layered/{PLACE}/held", f"written/{PLACE}/held")
FAILED = 2 ** 64 - 1
# What lasts as long as this process.
CHILDREN = []
SOCKETS = []


def check(result, call):
    if result in (-1, FAILED):
        raise OSError(ctypes.get_errno(), call)
    return result


def by_descriptor(descriptor):
    return f"/proc/self/fd/{descriptor}"


def open_held(flags):
    return [os.open(name, flags) for name in HELD]


def leave():
    os.chdir("/")


def map_file(descriptor, protection, kind):
    return check(LIBC.mmap(None, LENGTH, protection, kind, descriptor, 0), "mmap")


def hold_mapping(flags, protection, kind):
    descriptors = open_held(flags)
    mappings = [map_file(descriptor, protection, kind) for descriptor in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    leave()
    return mappings


def mount(source, target, flags):
    check(LIBC.mount(source and os.fsencode(source), os.fsencode(target), None, flags, None), "mount")


def enter(descriptor):
    check(LIBC.setns(descriptor, 0), "setns")


# Each takes hold and returns what tells, in a child of its own, where to write: (directories, files, mappings).


def working_directory():
    return lambda: (["."], [], [])


def working_directory_below():
    os.chdir(f"written/{PLACE}")
    return lambda: (["../.."], [], [])


def root_directory():
    os.chroot(".")
    leave()
    return lambda: (["/"], [], [])


def directory_descriptor(flags=os.O_RDONLY):
    descriptor = os.open(".", flags | os.O_DIRECTORY)
    leave()
    return lambda: ([by_descriptor(descriptor)], [], [])


def path_descriptor_of_a_directory():
    return directory_descriptor(os.O_PATH)


def file_descriptors(flags=os.O_RDONLY):
    names = list(map(by_descriptor, open_held(flags)))
    leave()
    return lambda: ([], names, [])


def path_descriptors_of_files():
    return file_descriptors(os.O_PATH)


def running_programs():
    # The way to merged from the root may be closed to its user.
    programs = [os.open(f"{tree}/{PLACE}/program", os.O_PATH | os.O_CLOEXEC) for tree in ("layered", "written")]
    leave()
    for program in programs:
        CHILDREN.append(start(program))
        os.close(program)
    return lambda: ([], [f"/proc/{child}/exe" for child in CHILDREN], [])


def start(program):
    """Returns when it runs."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/dev/null", os.O_RDWR), 0)
        os.dup2(0, 1)
        os.execve(program, ["sleep", "10000"], {})
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    return child


def private_mappings():
    mappings = hold_mapping(os.O_RDONLY, PROT_READ | PROT_WRITE, MAP_PRIVATE)

    def reach():
        for mapping in mappings:
            ctypes.memset(mapping, 0x78, LENGTH)
        return [], [], []
    return reach


def shared_mappings():
    mappings = hold_mapping(os.O_RDONLY, PROT_READ, MAP_SHARED)
    return lambda: ([], [], mappings)


def mount_namespace():
    merged = os.getcwd()
    leave()
    return lambda: ([merged], [], [])


def working_directory_in_a_mount_namespace():
    return working_directory()


def mount_namespace_whose_first_process_has_ended():
    if os.fork():
        os._exit(0)
    return mount_namespace()


def descriptor_of_a_mount_namespace():
    merged = os.getcwd()
    leave()
    with subprocess.Popen(["unshare", "-Urm", "--propagation", "private", "--", "sh", "-c", "echo; read line"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        users, mounts = (os.open(f"/proc/{process.pid}/ns/{kind}", os.O_RDONLY) for kind in ("user", "mnt"))
        process.stdin.close()

    def reach():
        enter(users)
        enter(mounts)
        return [merged], [], []
    return reach


def bind_mount_in_a_mount_namespace():
    mount(".", "/mnt", MS_BIND)
    leave()
    return lambda: (["/mnt"], [], [])


def detached_copy_of_the_mount():
    descriptor = check(LIBC.syscall(SYS_OPEN_TREE, AT_FDCWD, b".", OPEN_TREE_CLONE | os.O_CLOEXEC), "open_tree")
    leave()
    return lambda: ([by_descriptor(descriptor)], [], [])


def descriptors_in_flight():
    SOCKETS[:] = socket.socketpair()
    number = send([os.open(".", os.O_RDONLY), *open_held(os.O_RDONLY)])
    leave()

    def reach():
        _, received, _, _ = socket.recv_fds(SOCKETS[1], 1, number)
        # For the next.
        send(list(map(os.dup, received)))
        directory, *files = map(by_descriptor, received)
        return [directory], files, []
    return reach


def send(descriptors):
    socket.send_fds(SOCKETS[0], [b"x"], descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    return len(descriptors)


# Those that keep an overlay from being made read-only.


def files_open_for_writing():
    return file_descriptors(os.O_RDWR)


def shared_writable_mappings():
    hold_mapping(os.O_RDWR, PROT_READ | PROT_WRITE, MAP_SHARED)
    return lambda: ([], [], [])


def deleted_files():
    descriptors = open_held(os.O_RDONLY)
    for name in HELD:
        os.unlink(name)
    leave()
    return lambda: ([], list(map(by_descriptor, descriptors)), [])


def nameless_file():
    descriptor = os.open(f"written/{PLACE}", os.O_TMPFILE | os.O_RDWR)
    leave()
    return lambda: ([], [by_descriptor(descriptor)], [])


WAYS = {way.__name__: way for way in (
    working_directory, working_directory_below, root_directory, directory_descriptor, path_descriptor_of_a_directory,
    file_descriptors, path_descriptors_of_files, running_programs, private_mappings, shared_mappings, mount_namespace,
    working_directory_in_a_mount_namespace, mount_namespace_whose_first_process_has_ended,
    descriptor_of_a_mount_namespace, bind_mount_in_a_mount_namespace, detached_copy_of_the_mount,
    descriptors_in_flight, files_open_for_writing, shared_writable_mappings, deleted_files, nameless_file)}


def open_and_close(name, flags):
    os.close(os.open(name, flags, 0o666))


def write(name, flags):
    descriptor = os.open(name, flags, 0o666)
    os.write(descriptor, b"attempt")
    os.close(descriptor)


def write_by_mapping(name):
    descriptor = os.open(name, os.O_RDWR)
    ctypes.memset(map_file(descriptor, PROT_READ | PROT_WRITE, MAP_SHARED), 0x78, 1)
    os.close(descriptor)


def protect_and_write(mapping):
    check(LIBC.mprotect(mapping, LENGTH, PROT_READ | PROT_WRITE), "mprotect")
    ctypes.memset(mapping, 0x78, LENGTH)


def with_descriptor(name, action):
    descriptor = os.open(name, os.O_RDONLY)
    try:
        action(descriptor)
    finally:
        os.close(descriptor)


def attempts_on_file(name):
    yield "open for writing", lambda: open_and_close(name, os.O_WRONLY)
    yield "append", lambda: write(name, os.O_RDWR | os.O_APPEND)
    yield "map", lambda: write_by_mapping(name)
    yield "chmod", lambda: os.chmod(name, 0o640)
    yield "utimensat", lambda: os.utime(name, (1, 1))
    yield "setxattr", lambda: os.setxattr(name, "user.attempt", b"1")
    yield "truncate", lambda: os.truncate(name, 1)
    yield "fchmod", lambda: with_descriptor(name, lambda opened: os.chmod(opened, 0o600))
    yield "futimens", lambda: with_descriptor(name, lambda opened: os.utime(opened, (2, 2)))
    yield "fsetxattr", lambda: with_descriptor(name, lambda opened: os.setxattr(opened, "user.other", b"1"))
    yield "reopen", lambda: with_descriptor(name, lambda opened: write(by_descriptor(opened), os.O_RDWR))


def attempts_in_directory(directory):
    yield "create", lambda: write(f"{directory}/created", os.O_CREAT | os.O_WRONLY)
    yield "create nameless", lambda: write(directory, os.O_TMPFILE | os.O_RDWR)
    yield "overwrite", lambda: write(f"{directory}/overwritten", os.O_WRONLY | os.O_TRUNC)
    for what, action in attempts_on_file(f"{directory}/target"):
        yield what, action
    yield "chown", lambda: os.chown(f"{directory}/target", -1, os.getgid())
    yield "rename", lambda: os.rename(f"{directory}/renamed", f"{directory}/renamed.new")
    yield "unlink", lambda: os.unlink(f"{directory}/removed")
    yield "link", lambda: os.link(f"{directory}/target", f"{directory}/linked")
    yield "symlink", lambda: os.symlink("target", f"{directory}/symlink")
    yield "mkdir", lambda: os.mkdir(f"{directory}/made")
    yield "rmdir", lambda: os.rmdir(f"{directory}/emptied")
    yield "mkfifo", lambda: os.mkfifo(f"{directory}/fifo")
    yield "chmod directory", lambda: os.chmod(directory, 0o700)
    yield "setxattr directory", lambda: os.setxattr(directory, "user.attempt", b"1")
    yield "utimensat directory", lambda: os.utime(directory, (1, 1))


def attempts(directories, files, mappings, number):
    for top in directories:
        # Changes a mount, which is the user's own, and its superblock, which is not.
        yield "remount", lambda top=top: mount(None, top, MS_REMOUNT)
        yield "remount a bind mount", lambda top=top: mount(None, top, MS_REMOUNT | MS_BIND)
        for tree in ("layered", "written"):
            for what, action in attempts_in_directory(f"{top}/{tree}/{PLACE}/{number}"):
                yield f"{tree}: {what}", action
    for file in files:
        for what, action in attempts_on_file(file):
            yield f"{file}: {what}", action
    for mapping in mappings:
        yield f"{mapping}: mprotect", lambda mapping=mapping: protect_and_write(mapping)


def read(directories, files, number):
    """What must not change a time."""
    for directory in (f"{top}/{tree}/{PLACE}/{number}" for top in directories for tree in ("layered", "written")):
        os.listdir(directory)
        with open(f"{directory}/target", "rb") as file:
            file.read()
    for name in files:
        with open(name, "rb") as file:
            file.read()


def outcome_of(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    return "done"


def report(reach, number):
    directories, files, mappings = reach()
    if number:
        read(directories, files, number)
    outcomes = {what: outcome_of(action) for what, action in attempts(directories, files, mappings, number)}
    print(json.dumps(outcomes), flush=True)


def main():
    reach = WAYS[sys.argv[1]]()
    print(f"ready {os.getpid()}", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                report(reach, int(line))
            except BaseException as error:
                print(json.dumps({"nothing": repr(error)}), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
    for child in CHILDREN:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


main()
