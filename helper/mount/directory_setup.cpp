#include "helper/mount/directory_setup.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr mode_t for_all_to_read = 0755;
constexpr mode_t for_group_to_read = 0750;

/// Creates the directory if it is missing.
///
/// \return whether it was
bool make_directory(int parent, const std::string& name, const std::string& path, mode_t mode) {
    return checked(::mkdirat(parent, name.c_str(), mode), "mkdir", path, {EEXIST}) == 0;
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
        if (checked(::renameat2(parent, name.c_str(), parent, other.c_str(), RENAME_NOREPLACE),
                    "renameat2", path, {EEXIST}) == 0)
            return;
    }
    throw SystemError("renameat2", path, EEXIST);
}

/// Creates a directory of the servers', and gives them what is still root's.
FileDescriptor make_servers_own(int parent, const std::string& name, UserIds servers,
                                const std::string& path) {
    make_directory(parent, name, path, for_all_to_read);
    FileDescriptor fd = checked(open_servers_own(parent, name, servers, path), "openat2", path);
    if (status_of(fd.get(), path).st_uid == 0)
        checked(::fchownat(fd.get(), "", servers.uid, servers.gid, AT_EMPTY_PATH), "fchownat",
                path);
    return fd;
}

/// work is where the kernel prepares files before they appear in upper: whoever can write there can
/// keep a mount from coming about (facts: "The kernel mounts an overlay read-only"), or waiting for
/// all that lies in it to be removed. Versions before gave it to the servers' user.
void make_work(int parent, UserIds servers, const std::string& path) {
    constexpr mode_t for_root = 0700;
    if (const FileDescriptor fd = open_servers_own(parent, "work", servers, path)) {
        const struct stat status = status_of(fd.get(), path);
        if (status.st_uid == 0) {
            if ((status.st_mode & ALLPERMS) != for_root)
                checked(::fchmodat(parent, "work", for_root, 0), "fchmodat", path);
            return;
        }
        set_aside(parent, "work", path);
    }
    make_directory(parent, "work", path, for_root);
}

} // namespace

InstanceDirectories prepare_instance_directories(int root, const std::string& instance,
                                                 const std::string& path,
                                                 const NamedUser& servers) {
    const std::string runtime_path = path.substr(0, path.rfind('/'));
    make_directory(root, "runtime", runtime_path, for_all_to_read);
    const FileDescriptor runtime =
        checked(open_root_owned(root, "runtime", runtime_path), "openat2", runtime_path);
    make_directory(runtime.get(), instance, path, for_group_to_read);
    const FileDescriptor parent =
        checked(open_root_owned(runtime.get(), instance, path), "openat2", path);
    // Somebody who could open a file of a server for reading could keep its overlay from being
    // unmounted: once the server deletes that file (facts: "unlinked and open").
    const struct stat status = status_of(parent.get(), path);
    if (status.st_gid == 0 && (status.st_mode & S_IXOTH) == 0)
        checked(::fchownat(parent.get(), "", 0, servers.ids.gid, AT_EMPTY_PATH), "fchownat", path);
    make_servers_own(parent.get(), "upper", servers.ids, path + "/upper");
    make_work(parent.get(), servers.ids, path + "/work");

    InstanceDirectories directories = inspect_instance_directories(root, instance, path, servers);
    if (!directories.upper || !directories.work)
        throw SystemError("openat2", path + (directories.upper ? "/work" : "/upper"), ENOENT);
    return directories;
}

FileDescriptor prepare_merged(const InstanceDirectories& directories, const std::string& path,
                              UserIds runtime_user) {
    return make_servers_own(directories.parent.get(), "merged", runtime_user, path + "/merged");
}

void set_scan_mark(const ScanMark& mark) {
    ::setxattr(mark.path().c_str(), ScanMark::attribute, mark.value().data(), mark.value().size(),
               0);
}

} // namespace left4me
