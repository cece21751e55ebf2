#include "kernel/instance_directories.hpp"

#include "host/open_beneath.hpp"
#include "host/system_error.hpp"
#include "plan/exit_status.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr int directory_flags = O_PATH | O_DIRECTORY;

[[noreturn]] void fail_to_open(const std::string& path, int error) {
    if (error == ELOOP || error == ENOTDIR)
        throw VerbFailure(ExitStatus::refused,
                          fmt::format("{} is not a directory: move it away", path));
    throw SystemError("openat2", path, error);
}

FileDescriptor open_directory(int parent, const std::string& name, const std::string& path) {
    FileDescriptor fd = open_beneath(parent, name, directory_flags);
    if (!fd)
        fail_to_open(path, errno);
    return fd;
}

/// Creates the directory if it is missing.
void make_directory(int parent, const std::string& name, const std::string& path) {
    if (::mkdirat(parent, name.c_str(), 0755) != 0 && errno != EEXIST)
        throw SystemError("mkdir", path, errno);
}

/// Whoever owns the directory around upper, work and merged could give them other names, from
/// another mount namespace even while merged is a mount point, and so have a directory of root's
/// given away, or another mount taken down.
void require_root_owned(int directory, const std::string& path) {
    struct stat status = {};
    if (::fstat(directory, &status) != 0)
        throw SystemError("fstat", path, errno);
    if (status.st_uid != 0)
        throw VerbFailure(
            ExitStatus::refused,
            fmt::format("{} belongs to uid {}, who could put other directories in the "
                        "place of those in it: give it to root (chown root: {})",
                        path, status.st_uid, path));
}

FileDescriptor prepare_for(UserIds owner, int parent, const std::string& name,
                           const std::string& path) {
    make_directory(parent, name, path);
    FileDescriptor fd = open_directory(parent, name, path);

    struct stat status = {};
    if (::fstat(fd.get(), &status) != 0)
        throw SystemError("fstat", path, errno);
    // root's may be ours, made a moment ago or by one that was killed, or systemd's, which makes
    // the mount point of every mount unit that it starts.
    if (status.st_uid == 0) {
        if (::fchownat(fd.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH) != 0)
            throw SystemError("fchownat", path, errno);
    } else if (status.st_uid != owner.uid) {
        throw VerbFailure(
            ExitStatus::refused,
            fmt::format("{} belongs to uid {}, not to the servers' user (uid {}): move "
                        "it away, or give it to them with chown",
                        path, status.st_uid, owner.uid));
    }
    return fd;
}

/// overlayfs refuses such directories itself, but with no other word than "Invalid argument".
void check_file_systems(const InstanceDirectories& directories, const std::string& path) {
    struct statfs file_system = {};
    if (::fstatfs(directories.upper.get(), &file_system) != 0)
        throw SystemError("fstatfs", path + "/upper", errno);
    if (file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        throw VerbFailure(ExitStatus::refused,
                          fmt::format("{}/upper is on an overlay, which cannot hold another one's "
                                      "upper layer: put it on a disk or a tmpfs",
                                      path));

    struct statx upper = {};
    struct statx work = {};
    if (::statx(directories.upper.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &upper) != 0)
        throw SystemError("statx", path + "/upper", errno);
    if (::statx(directories.work.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &work) != 0)
        throw SystemError("statx", path + "/work", errno);
    if (upper.stx_mnt_id != work.stx_mnt_id)
        throw VerbFailure(
            ExitStatus::refused,
            fmt::format("{}/upper and {}/work are on different mounts: put both on one", path,
                        path));
}

} // namespace

FileDescriptor open_instance_directory(int root, const std::string& instance,
                                       const std::string& path) {
    FileDescriptor fd = open_beneath(root, "runtime/" + instance, directory_flags);
    if (!fd && errno != ENOENT)
        fail_to_open(path, errno);
    return fd;
}

InstanceDirectories prepare_instance_directories(int root, const std::string& instance,
                                                 const std::string& path, UserIds runtime_user) {
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    make_directory(root, "runtime", runtime_path);
    const FileDescriptor runtime = open_directory(root, "runtime", runtime_path);
    require_root_owned(runtime.get(), runtime_path);
    make_directory(runtime.get(), instance, path);

    InstanceDirectories directories;
    directories.parent = open_directory(runtime.get(), instance, path);
    const int parent = directories.parent.get();
    require_root_owned(parent, path);
    directories.upper = prepare_for(runtime_user, parent, "upper", path + "/upper");
    directories.work = prepare_for(runtime_user, parent, "work", path + "/work");
    check_file_systems(directories, path);
    return directories;
}

FileDescriptor prepare_merged(const InstanceDirectories& directories, const std::string& path,
                              UserIds runtime_user) {
    return prepare_for(runtime_user, directories.parent.get(), "merged", path + "/merged");
}

} // namespace left4me
