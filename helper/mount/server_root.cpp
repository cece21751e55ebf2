#include "helper/mount/server_root.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/units/run_paths.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

const std::string all_roots(server_roots);
constexpr int directory_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr mode_t for_all_to_read = 0755;

/// What the template binds or mounts, and `empty`, which it covers other directories with.
constexpr std::array mount_points = {"dev", "empty", "etc", "home", "proc", "root",
                                     "run", "sys",   "tmp", "usr",  "var",  "var/tmp"};
/// HOME, and where a server looks for Steam's library in it.
constexpr std::array home_directories = {"steam", "steam/.steam", "steam/.steam/sdk32"};
constexpr const char* steam_link = "steam/.steam/sdk32/steamclient.so";
/// Where it is in a layer: steamcmd's own, or one of those that games have brought along.
constexpr std::array steam_libraries = {"linux32/steamclient.so", "bin/steamclient.so",
                                        "steamclient.so"};

std::string path_of(const std::string& instance) {
    return fmt::format("{}/{}", all_roots, instance);
}

/// \param path  of the directory, for errors
/// \return nothing when it is no symlink, or not there
std::optional<std::string> read_link(int directory, const std::string& name,
                                     std::string_view path) {
    auto target = left4me::read_link(directory, name.c_str());
    if (target || errno == EINVAL || errno == ENOENT)
        return target;
    throw SystemError("readlink", fmt::format("{}/{}", path, name), errno);
}

/// A directory that only root can change, with what is in it named by relative paths.
class Skeleton {
  public:
    /// Makes it where it is not there.
    Skeleton(int parent, const std::string& name, std::string path, mode_t mode)
        : m_path(std::move(path)) {
        checked(::mkdirat(parent, name.c_str(), mode), "mkdir", m_path, {EEXIST});
        m_fd = FileDescriptor(
            checked(::openat(parent, name.c_str(), directory_flags), "open", m_path));
    }

    [[nodiscard]] int fd() const { return m_fd.get(); }

    void make_directory(const std::string& name) const {
        checked(::mkdirat(fd(), name.c_str(), for_all_to_read), "mkdir", path_of(name), {EEXIST});
    }

    /// \param path  absolute: what it would be called if this were the root
    void make_directories(const std::string& path) const {
        for (std::size_t end = path.find('/', 1); end != std::string::npos;
             end = path.find('/', end + 1))
            make_directory(path.substr(1, end - 1));
        make_directory(path.substr(1));
    }

    /// Leaves what is no link: an administrator has something bound there.
    void make_link(const std::string& name, const std::string& target) const {
        if (read_link(fd(), name, m_path) == target)
            return;
        remove_link(name);
        checked(::symlinkat(target.c_str(), fd(), name.c_str()), "symlink", path_of(name),
                {EEXIST});
    }

    void remove_link(const std::string& name) const {
        if (read_link(fd(), name, m_path))
            checked(::unlinkat(fd(), name.c_str(), 0), "unlink", path_of(name), {ENOENT});
    }

  private:
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return fmt::format("{}/{}", m_path, name);
    }

    FileDescriptor m_fd;
    std::string m_path;
};

/// bin, lib and their like.
void copy_links_into_usr(const Skeleton& root) {
    const FileDescriptor host(
        checked(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", "/"));
    for (const std::string& name : list_directory(host.get(), "/")) {
        const auto target = read_link(host.get(), name, "");
        if (target && (target->starts_with("usr/") || target->starts_with("/usr/")))
            root.make_link(name, *target);
    }
}

/// \param parent  runtime/NAME
void link_steam_library(const Skeleton& root, int parent) {
    for (const char* library : steam_libraries)
        if (open_beneath(parent, fmt::format("merged/{}", library), O_PATH))
            return root.make_link(steam_link, fmt::format("/merged/{}", library));
    root.remove_link(steam_link);
}

/// Leaves what is mounted there, and what it is mounted on.
void remove_tree(int parent, const std::string& name, const std::string& path) {
    const auto remove = [&](int flags, const char* call) {
        return checked(::unlinkat(parent, name.c_str(), flags), call, path,
                       {ENOENT, EBUSY, ENOTDIR, ENOTEMPTY});
    };
    if (remove(AT_REMOVEDIR, "rmdir") == 0 || errno == ENOENT || errno == EBUSY)
        return;
    if (errno == ENOTDIR) {
        remove(0, "unlink");
        return;
    }
    const FileDescriptor directory =
        checked(open_with(parent, name, O_RDONLY | O_DIRECTORY,
                          RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV),
                "openat2", path, {ENOENT, EXDEV});
    if (!directory)
        return;
    for (const std::string& entry : list_directory(directory.get(), path))
        remove_tree(directory.get(), entry, fmt::format("{}/{}", path, entry));
    remove(AT_REMOVEDIR, "rmdir");
}

} // namespace

void make_server_root(const std::string& instance, int parent, const std::string& directory) {
    // Nobody lists the names of other servers.
    constexpr mode_t for_all_to_pass = 0711;
    const Skeleton roots(AT_FDCWD, all_roots, all_roots, for_all_to_pass);
    const Skeleton root(roots.fd(), instance, path_of(instance), for_all_to_read);
    for (const char* name : mount_points)
        root.make_directory(name);
    root.make_directories(directory);
    copy_links_into_usr(root);
    root.make_link("merged", directory + "/merged");
    for (const char* name : home_directories)
        root.make_directory(name);
    link_steam_library(root, parent);
}

void remove_server_root(const std::string& instance) {
    const FileDescriptor roots(
        checked(::open(all_roots.c_str(), directory_flags), "open", all_roots, {ENOENT}));
    if (roots)
        remove_tree(roots.get(), instance, path_of(instance));
}

} // namespace left4me
