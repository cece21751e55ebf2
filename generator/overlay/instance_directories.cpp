#include "generator/overlay/instance_directories.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <vector>

namespace left4me {

namespace {

constexpr int directory_flags = O_PATH | O_DIRECTORY;

/// What was opened with openat2(2), unless it is there and could not be.
FileDescriptor if_there(FileDescriptor fd, const std::string& path) {
    checked(fd.get(), "openat2", path, {ENOENT, ELOOP, ENOTDIR});
    if (!fd && errno != ENOENT)
        refuse({fmt::format("{} is not a directory", path), "move it away"});
    return fd;
}

/// The kernel says "Invalid argument" of an upper that nobody can write to.
///
/// \param directory  upper, or where it is to be made
void require_writable(int directory, const std::string& path) {
    struct statvfs file_system = {};
    checked(::fstatvfs(directory, &file_system), "fstatvfs", path);
    if ((file_system.f_flag & ST_RDONLY) != 0)
        refuse({fmt::format("{} is on a file system that is read-only", path),
                "find out why (see findmnt and dmesg), and remount it with rw"});
}

/// Whether systemd puts a user into a group (systemd.exec(5), "SupplementaryGroups="). One in more
/// groups than are looked at counts as in all of them.
bool is_in_group(const NamedUser& user, gid_t group) {
    std::array<gid_t, 256> groups = {};
    int count = groups.size();
    return ::getgrouplist(user.name.c_str(), user.ids.gid, groups.data(), &count) < 0 ||
           std::ranges::count(groups.begin(), groups.begin() + count, group) > 0;
}

/// Whether that user may enter a directory of root's, or will when it has been mounted: its group
/// is root's until then. Of one with an access control list (acl(5)) it is not told.
bool may_enter(int directory, const std::string& path, const NamedUser& user) {
    const struct stat status = status_of(directory, path);
    const bool by_group =
        status.st_gid == 0 || status.st_gid == user.ids.gid || is_in_group(user, status.st_gid);
    const mode_t wanted = by_group ? S_IXGRP : S_IXOTH;
    if ((status.st_mode & wanted) != 0)
        return true;
    const std::string by_descriptor = fmt::format("/proc/self/fd/{}", directory);
    return ::getxattr(by_descriptor.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

/// overlayfs refuses such directories itself, but with no other word than "Invalid argument".
void check_file_systems(const InstanceDirectories& directories, const std::string& path) {
    struct statfs file_system = {};
    checked(::fstatfs(directories.upper.get(), &file_system), "fstatfs", path + "/upper");
    if (file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        refuse({fmt::format(
                    "{}/upper is on an overlay, which cannot hold another one's upper layer", path),
                "put it on a disk or a tmpfs"});

    if (mount_id_of(directories.upper.get(), path + "/upper") !=
        mount_id_of(directories.work.get(), path + "/work"))
        refuse({fmt::format("{}/upper and {}/work are on different mounts", path, path),
                "put both on one"});
}

void check_owners(const InstanceDirectories& directories, const std::string& path,
                  const NamedUser& servers) {
    std::vector<ForeignDirectory> foreign;
    const auto look = [&](const FileDescriptor& fd, const char* name) {
        if (!fd)
            return;
        const struct stat status = status_of(fd.get(), path);
        if (status.st_uid != 0 && status.st_uid != servers.ids.uid)
            foreign.push_back({name, {status.st_uid, status.st_gid}});
    };
    look(directories.upper, "upper");
    look(directories.work, "work");
    look(if_there(open_beneath(directories.parent.get(), "merged", directory_flags),
                  path + "/merged"),
         "merged");
    refuse_if(objection_to_owners(path, foreign, may_enter(directories.parent.get(), path, servers),
                                  servers));
}

} // namespace

FileDescriptor open_root_owned(int parent, const std::string& name, const std::string& path) {
    FileDescriptor fd = if_there(open_beneath(parent, name, directory_flags), path);
    const std::uint32_t owner = fd ? status_of(fd.get(), path).st_uid : 0;
    if (owner == 0)
        return fd;
    refuse({fmt::format("{} belongs to uid {}, who could put other directories in "
                        "the place of those in it",
                        path, owner),
            fmt::format("give it to root (chown root: {})", path)});
}

FileDescriptor open_servers_own(int parent, const std::string& name, UserIds servers,
                                const std::string& path) {
    FileDescriptor fd = if_there(open_beneath(parent, name, directory_flags), path);
    const std::uint32_t owner = fd ? status_of(fd.get(), path).st_uid : 0;
    if (owner == 0 || owner == servers.uid)
        return fd;
    refuse({fmt::format("{} belongs to uid {}, not to the servers' user (uid {})", path, owner,
                        servers.uid),
            "move it away, or give it to them with chown"});
}

FileDescriptor open_instance_directory(int root, const std::string& instance,
                                       const std::string& path) {
    return if_there(open_beneath(root, "runtime/" + instance, directory_flags), path);
}

FileDescriptor open_recorded_directory(const HostTree& tree, const std::string& path) {
    return if_there(tree.open_without_symlinks(path, directory_flags), path);
}

DirectoryIdentity identify_directory(int directory, const std::string& path) {
    const struct stat status = status_of(directory, path);
    return {status.st_dev, status.st_ino};
}

InstanceDirectories inspect_instance_directories(int root, const std::string& instance,
                                                 const std::string& path,
                                                 const NamedUser& servers) {
    InstanceDirectories directories;
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    const FileDescriptor runtime = open_root_owned(root, "runtime", runtime_path);
    if (!runtime) {
        require_writable(root, runtime_path);
        return directories;
    }
    directories.parent = open_root_owned(runtime.get(), instance, path);
    if (!directories.parent) {
        require_writable(runtime.get(), path);
        return directories;
    }
    const int parent = directories.parent.get();
    directories.upper = if_there(open_beneath(parent, "upper", directory_flags), path + "/upper");
    directories.work = if_there(open_beneath(parent, "work", directory_flags), path + "/work");
    check_owners(directories, path, servers);
    if (directories.upper && directories.work)
        check_file_systems(directories, path);
    require_writable(directories.upper ? directories.upper.get() : parent, path + "/upper");
    return directories;
}

} // namespace left4me
