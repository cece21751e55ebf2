#include "generator/overlay/instance_directories.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/refusal.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr int directory_flags = O_PATH | O_DIRECTORY;

constexpr mode_t for_all_to_read = 0755;
constexpr mode_t for_group_to_read = 0750;

[[noreturn]] void fail_to_open(const std::string& path, int error) {
    if (error == ELOOP || error == ENOTDIR)
        throw Refusal(Refused::policy,
                      Complaint{fmt::format("{} is not a directory", path), "move it away"});
    throw SystemError("openat2", path, error);
}

FileDescriptor open_directory(int parent, const std::string& name, const std::string& path) {
    FileDescriptor fd = open_beneath(parent, name, directory_flags);
    if (!fd)
        fail_to_open(path, errno);
    return fd;
}

/// Creates the directory if it is missing.
///
/// \return whether it was
bool make_directory(int parent, const std::string& name, const std::string& path, mode_t mode) {
    if (::mkdirat(parent, name.c_str(), mode) == 0)
        return true;
    if (errno != EEXIST)
        throw SystemError("mkdir", path, errno);
    return false;
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
        throw Refusal(
            Refused::policy,
            Complaint{fmt::format("{} belongs to uid {}, who could put other directories in the "
                                  "place of those in it",
                                  path, status.st_uid),
                      fmt::format("give it to root (chown root: {})", path)});
}

/// \param status  of a directory that is not root's
void require_servers_own(const struct stat& status, UserIds owner, const std::string& path) {
    if (status.st_uid != owner.uid)
        throw Refusal(
            Refused::policy,
            Complaint{fmt::format("{} belongs to uid {}, not to the servers' user (uid {})", path,
                                  status.st_uid, owner.uid),
                      "move it away, or give it to them with chown"});
}

FileDescriptor prepare_for(UserIds owner, int parent, const std::string& name,
                           const std::string& path) {
    make_directory(parent, name, path, for_all_to_read);
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

/// Somebody who could open a file of a server for reading could keep its overlay from being
/// unmounted: once the server deletes that file (facts: "unlinked and open").
void close_to_others(int directory, UserIds servers, const std::string& path) {
    if (::fchownat(directory, "", 0, servers.gid, AT_EMPTY_PATH) != 0)
        throw SystemError("fchownat", path, errno);
}

/// Gives the directory another name, by which somebody finds what is in it.
void set_aside(int parent, const std::string& name, const std::string& path) {
    constexpr int most_names = 1000;
    const std::time_t now = std::time(nullptr);
    std::tm utc = {};
    ::gmtime_r(&now, &utc);
    std::array<char, 32> time = {};
    std::strftime(time.data(), time.size(), "%Y%m%dT%H%M%SZ", &utc);
    for (int number = 1; number <= most_names; ++number) {
        const std::string other = fmt::format("{}.{}{}", name, time.data(),
                                              number == 1 ? "" : fmt::format("-{}", number));
        if (::renameat2(parent, name.c_str(), parent, other.c_str(), RENAME_NOREPLACE) == 0)
            return;
        if (errno != EEXIST)
            break;
    }
    throw SystemError("renameat2", path, errno);
}

/// work is where the kernel prepares files before they appear in upper: whoever can write there can
/// keep a mount from coming about (facts: "The kernel mounts an overlay read-only"), or waiting for
/// all that lies in it to be removed. Versions before gave it to the servers' user.
FileDescriptor prepare_work(UserIds servers, int parent, const std::string& path) {
    constexpr mode_t for_root = 0700;
    const std::string name = "work";
    if (FileDescriptor fd = open_if_there(parent, name, path)) {
        const struct stat status = status_of(fd.get(), path);
        if (status.st_uid == 0) {
            if ((status.st_mode & ALLPERMS) != for_root &&
                ::fchmodat(parent, name.c_str(), for_root, 0) != 0)
                throw SystemError("fchmodat", path, errno);
            return fd;
        }
        require_servers_own(status, servers, path);
        set_aside(parent, name, path);
    }
    make_directory(parent, name, path, for_root);
    return open_directory(parent, name, path);
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

/// The kernel says "Invalid argument" of an upper that nobody can write to.
///
/// \param directory  upper, or where it is to be made
void require_writable(int directory, const std::string& path) {
    struct statvfs file_system = {};
    if (::fstatvfs(directory, &file_system) != 0)
        throw SystemError("fstatvfs", path, errno);
    if ((file_system.f_flag & ST_RDONLY) != 0)
        throw Refusal(Refused::policy,
                      Complaint{fmt::format("{} is on a file system that is read-only", path),
                                "find out why (see findmnt and dmesg), and remount it with rw"});
}

/// overlayfs refuses such directories itself, but with no other word than "Invalid argument".
void check_file_systems(const InstanceDirectories& directories, const std::string& path) {
    struct statfs file_system = {};
    if (::fstatfs(directories.upper.get(), &file_system) != 0)
        throw SystemError("fstatfs", path + "/upper", errno);
    if (file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        throw Refusal(Refused::policy,
                      Complaint{fmt::format("{}/upper is on an overlay, which cannot hold "
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
        throw Refusal(
            Refused::policy,
            Complaint{fmt::format("{}/upper and {}/work are on different mounts", path, path),
                      "put both on one"});
}

} // namespace

FileDescriptor open_instance_directory(int root, const std::string& instance,
                                       const std::string& path) {
    return open_if_there(root, "runtime/" + instance, path);
}

FileDescriptor open_recorded_directory(const HostTree& tree, const std::string& path) {
    FileDescriptor fd = tree.open_without_symlinks(path, directory_flags);
    if (!fd && errno != ENOENT)
        fail_to_open(path, errno);
    return fd;
}

DirectoryIdentity identify_directory(int directory, const std::string& path) {
    const struct stat status = status_of(directory, path);
    return {status.st_dev, status.st_ino};
}

InstanceDirectories inspect_instance_directories(int root, const std::string& instance,
                                                 const std::string& path, UserIds runtime_user) {
    InstanceDirectories directories;
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    const FileDescriptor runtime = open_if_there(root, "runtime", runtime_path);
    if (!runtime) {
        require_writable(root, runtime_path);
        return directories;
    }
    require_root_owned(runtime.get(), runtime_path);
    directories.parent = open_if_there(runtime.get(), instance, path);
    if (!directories.parent) {
        require_writable(runtime.get(), path);
        return directories;
    }
    const int parent = directories.parent.get();
    require_root_owned(parent, path);
    directories.upper = inspect_for(runtime_user, parent, "upper", path + "/upper");
    directories.work = inspect_for(runtime_user, parent, "work", path + "/work");
    inspect_for(runtime_user, parent, "merged", path + "/merged");
    if (directories.upper && directories.work)
        check_file_systems(directories, path);
    require_writable(directories.upper ? directories.upper.get() : parent, path + "/upper");
    return directories;
}

InstanceDirectories prepare_instance_directories(int root, const std::string& instance,
                                                 const std::string& path, UserIds runtime_user) {
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    make_directory(root, "runtime", runtime_path, for_all_to_read);
    const FileDescriptor runtime = open_directory(root, "runtime", runtime_path);
    require_root_owned(runtime.get(), runtime_path);
    const bool is_new = make_directory(runtime.get(), instance, path, for_group_to_read);

    InstanceDirectories directories;
    directories.parent = open_directory(runtime.get(), instance, path);
    const int parent = directories.parent.get();
    require_root_owned(parent, path);
    if (is_new)
        close_to_others(parent, runtime_user, path);
    directories.upper = prepare_for(runtime_user, parent, "upper", path + "/upper");
    directories.work = prepare_work(runtime_user, parent, path + "/work");
    check_file_systems(directories, path);
    require_writable(directories.upper.get(), path + "/upper");
    return directories;
}

FileDescriptor prepare_merged(const InstanceDirectories& directories, const std::string& path,
                              UserIds runtime_user) {
    return prepare_for(runtime_user, directories.parent.get(), "merged", path + "/merged");
}

} // namespace left4me
