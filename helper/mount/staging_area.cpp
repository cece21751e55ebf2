#include "helper/mount/staging_area.hpp"

#include "generator/host/system_error.hpp"

#include <cerrno>
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
    const FileDescriptor context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
    if (!context)
        throw SystemError("fsopen", "tmpfs", errno);
    if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "mode", "0700", 0) != 0 ||
        ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        throw SystemError("fsconfig", "tmpfs", errno);
    FileDescriptor mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID));
    if (!mount)
        throw SystemError("fsmount", "tmpfs", errno);
    return mount;
}

FileDescriptor clone_proc() {
    FileDescriptor clone(::open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!clone)
        throw SystemError("open_tree", "/proc", errno);
    return clone;
}

/// Makes `mount`, attached, the root of this namespace and lets go of everything else.
void become_root(int mount) {
    if (::fchdir(mount) != 0)
        throw SystemError("fchdir", "the staging area", errno);
    // The old root comes to lie on the new one (pivot_root(2), "pivot_root(".", ".")").
    if (::syscall(SYS_pivot_root, ".", ".") != 0)
        throw SystemError("pivot_root", "the staging area", errno);
    if (::umount2(".", MNT_DETACH) != 0)
        throw SystemError("umount2", "the staging area's old root", errno);
}

} // namespace

StagingArea::StagingArea() {
    constexpr const char* own_namespace = "/proc/self/ns/mnt";
    FileDescriptor home(::open(own_namespace, O_RDONLY | O_CLOEXEC));
    if (!home)
        throw SystemError("open", own_namespace, errno);
    if (::unshare(CLONE_NEWNS) != 0)
        throw SystemError("unshare", "", errno);
    m_home = std::move(home);

    try {
        // Before anything else: what is attached here must not show in the host's namespace.
        if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            throw SystemError("mount", "/", errno);
        const FileDescriptor proc = clone_proc();
        m_root = make_tmpfs();
        if (::move_mount(m_root.get(), "", AT_FDCWD, first_place, MOVE_MOUNT_F_EMPTY_PATH) != 0)
            throw SystemError("move_mount", first_place, errno);
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
    if (::mkdirat(m_root.get(), name.c_str(), 0700) != 0)
        throw SystemError("mkdir", "the staging area's " + name, errno);
    if (::move_mount(mount, "", m_root.get(), name.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
        throw SystemError("move_mount", path, errno);
}

void StagingArea::leave() {
    if (::setns(m_home.get(), CLONE_NEWNS) != 0)
        throw SystemError("setns", "the host's mount namespace", errno);
    m_home.reset();
    m_root.reset();
}

} // namespace left4me
