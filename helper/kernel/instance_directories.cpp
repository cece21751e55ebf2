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
                          Objection{fmt::format("{} is not a directory", path), "move it away"});
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

struct stat status_of(int directory, const std::string& path) {
    struct stat status = {};
    if (::fstat(directory, &status) != 0)
        throw SystemError("fstat", path, errno);
    return status;
}

/// Whoever owns the directory around upper, work and merged could give them other names, from
/// another mount namespace even while merged is a mount point, and so have a directory of root's
/// given away, or another mount taken down.
void require_root_owned(int directory, const std::string& path) {
    const struct stat status = status_of(directory, path);
    if (status.st_uid != 0)
        throw VerbFailure(
            ExitStatus::refused,
            Objection{fmt::format("{} belongs to uid {}, who could put other directories in the "
                                  "place of those in it",
                                  path, status.st_uid),
                      fmt::format("give it to root (chown root: {})", path)});
}

/// \param status  of a directory that is not root's
void require_servers_own(const struct stat& status, UserIds owner, const std::string& path) {
    if (status.st_uid != owner.uid)
        throw VerbFailure(
            ExitStatus::refused,
            Objection{fmt::format("{} belongs to uid {}, not to the servers' user (uid {})", path,
                                  status.st_uid, owner.uid),
                      "move it away, or give it to them with chown"});
}

FileDescriptor prepare_for(UserIds owner, int parent, const std::string& name,
                           const std::string& path) {
    make_directory(parent, name, path);
    FileDescriptor fd = open_directory(parent, name, path);

    const struct stat status = status_of(fd.get(), path);
    // root's may be ours, made a moment ago or by one that was killed, or systemd's, which makes
    // the mount point of every mount unit that it starts.
    if (status.st_uid == 0) {
        if (::fchownat(fd.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH) != 0)
            throw SystemError("fchownat", path, errno);
    } else {
        require_servers_own(status, owner, path);
    }
    return fd;
}

/// \return an empty descriptor when it does not exist
FileDescriptor open_if_there(int parent, const std::string& name, const std::string& path) {
    FileDescriptor fd = open_beneath(parent, name, directory_flags);
    if (!fd && errno != ENOENT)
        fail_to_open(path, errno);
    return fd;
}

/// prepare_for() without its effects.
FileDescriptor inspect_for(UserIds owner, int parent, const std::string& name,
                           const std::string& path) {
    FileDescriptor fd = open_if_there(parent, name, path);
    if (fd)
        if (const struct stat status = status_of(fd.get(), path); status.st_uid != 0)
            require_servers_own(status, owner, path);
    return fd;
}

/// overlayfs refuses such directories itself, but with no other word than "Invalid argument".
void check_file_systems(const InstanceDirectories& directories, const std::string& path) {
    struct statfs file_system = {};
    if (::fstatfs(directories.upper.get(), &file_system) != 0)
        throw SystemError("fstatfs", path + "/upper", errno);
    if (file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        throw VerbFailure(ExitStatus::refused,
                          Objection{fmt::format("{}/upper is on an overlay, which cannot hold "
                                                "another one's upper layer",
                                                path),
                                    "put it on a disk or a tmpfs"});

    struct statx upper = {};
    struct statx work = {};
    if (::statx(directories.upper.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &upper) != 0)
        throw SystemError("statx", path + "/upper", errno);
    if (::statx(directories.work.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &work) != 0)
        throw SystemError("statx", path + "/work", errno);
    if (upper.stx_mnt_id != work.stx_mnt_id)
        throw VerbFailure(
            ExitStatus::refused,
            Objection{fmt::format("{}/upper and {}/work are on different mounts", path, path),
                      "put both on one"});
}

} // namespace

FileDescriptor open_instance_directory(int root, const std::string& instance,
                                       const std::string& path) {
    return open_if_there(root, "runtime/" + instance, path);
}

InstanceDirectories inspect_instance_directories(int root, const std::string& instance,
                                                 const std::string& path, UserIds runtime_user) {
    InstanceDirectories directories;
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    const FileDescriptor runtime = open_if_there(root, "runtime", runtime_path);
    if (!runtime)
        return directories;
    require_root_owned(runtime.get(), runtime_path);
    directories.parent = open_if_there(runtime.get(), instance, path);
    if (!directories.parent)
        return directories;
    const int parent = directories.parent.get();
    require_root_owned(parent, path);
    directories.upper = inspect_for(runtime_user, parent, "upper", path + "/upper");
    directories.work = inspect_for(runtime_user, parent, "work", path + "/work");
    inspect_for(runtime_user, parent, "merged", path + "/merged");
    if (directories.upper && directories.work)
        check_file_systems(directories, path);
    return directories;
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
