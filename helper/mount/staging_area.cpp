#include "helper/mount/staging_area.hpp"

#include "generator/host/system_error.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace left4me {

namespace {

/// Where the tmpfs is attached until it is the root: a directory that is certainly there, since the
/// instance's lock is in it.
constexpr const char* first_place = "/run/left4me";

FileDescriptor make_tmpfs() {
    const FileDescriptor context(checked(::fsopen("tmpfs", FSOPEN_CLOEXEC), "fsopen", "tmpfs"));
    checked(::fsconfig(context.get(), FSCONFIG_SET_STRING, "mode", "0700", 0), "fsconfig", "tmpfs");
    checked(::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig",
            "tmpfs");
    FileDescriptor mount(
        checked(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID), "fsmount", "tmpfs"));
    return mount;
}

FileDescriptor clone_proc() {
    return FileDescriptor(checked(
        ::open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", "/proc"));
}

/// Makes `mount`, attached, the root of this namespace and lets go of everything else.
void become_root(int mount) {
    checked(::fchdir(mount), "fchdir", "the staging area");
    // The old root comes to lie on the new one (pivot_root(2), "pivot_root(".", ".")").
    checked(::syscall(SYS_pivot_root, ".", "."), "pivot_root", "the staging area");
    checked(::umount2(".", MNT_DETACH), "umount2", "the staging area's old root");
}

} // namespace

StagingArea::StagingArea() {
    constexpr const char* own_namespace = "/proc/self/ns/mnt";
    FileDescriptor home(
        checked(::open(own_namespace, O_RDONLY | O_CLOEXEC), "open", own_namespace));
    checked(::unshare(CLONE_NEWNS), "unshare", "");
    m_home = std::move(home);

    try {
        // Before anything else: what is attached here must not show in the host's namespace.
        checked(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount", "/");
        const FileDescriptor proc = clone_proc();
        m_root = make_tmpfs();
        checked(::move_mount(m_root.get(), "", AT_FDCWD, first_place, MOVE_MOUNT_F_EMPTY_PATH),
                "move_mount", first_place);
        become_root(m_root.get());
        attach(proc.get(), "proc", "/proc");
    } catch (...) {
        ::setns(m_home.get(), CLONE_NEWNS);
        throw;
    }
}

StagingArea::~StagingArea() {
    if (m_home)
        ::setns(m_home.get(), CLONE_NEWNS);
}

void StagingArea::attach(int mount, const std::string& name, const std::string& path) const {
    checked(::mkdirat(m_root.get(), name.c_str(), 0700), "mkdir", "the staging area's " + name);
    checked(::move_mount(mount, "", m_root.get(), name.c_str(), MOVE_MOUNT_F_EMPTY_PATH),
            "move_mount", path);
}

void StagingArea::leave() {
    checked(::setns(m_home.get(), CLONE_NEWNS), "setns", "the host's mount namespace");
    m_home.reset();
    m_root.reset();
}

} // namespace left4me
