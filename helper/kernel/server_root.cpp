#include "kernel/server_root.hpp"

#include "host/file_descriptor.hpp"
#include "host/system_error.hpp"
#include "units/instance_units.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

const std::string all_roots(server_roots);
constexpr const char* link_name = "merged";
constexpr int directory_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string path_of(const std::string& instance) {
    return fmt::format("{}/{}", all_roots, instance);
}

FileDescriptor make_directory(int parent, const char* name, const std::string& path, mode_t mode) {
    if (::mkdirat(parent, name, mode) != 0 && errno != EEXIST)
        throw SystemError("mkdir", path, errno);
    FileDescriptor fd(::openat(parent, name, directory_flags));
    if (!fd)
        throw SystemError("open", path, errno);
    return fd;
}

bool leads_to(int directory, const std::string& target) {
    std::array<char, PATH_MAX> text = {};
    const ssize_t length = ::readlinkat(directory, link_name, text.data(), text.size());
    return length >= 0 && std::string_view(text.data(), static_cast<std::size_t>(length)) == target;
}

void remove(int directory, const char* name, int flags, const std::string& path) {
    if (::unlinkat(directory, name, flags) != 0 && errno != ENOENT)
        throw SystemError("unlink", path, errno);
}

} // namespace

void make_server_root(const std::string& instance, const std::string& merged) {
    // Nobody lists the names of other servers.
    constexpr mode_t for_all_to_pass = 0711;
    constexpr mode_t for_all_to_read = 0755;
    const std::string path = path_of(instance);
    const FileDescriptor roots =
        make_directory(AT_FDCWD, all_roots.c_str(), all_roots, for_all_to_pass);
    const FileDescriptor root =
        make_directory(roots.get(), instance.c_str(), path, for_all_to_read);
    if (leads_to(root.get(), merged))
        return;
    const std::string link = fmt::format("{}/{}", path, link_name);
    remove(root.get(), link_name, 0, link);
    if (::symlinkat(merged.c_str(), root.get(), link_name) != 0)
        throw SystemError("symlink", link, errno);
}

void remove_server_root(const std::string& instance) {
    const std::string path = path_of(instance);
    const FileDescriptor roots(::open(all_roots.c_str(), directory_flags));
    if (!roots && errno == ENOENT)
        return;
    if (!roots)
        throw SystemError("open", all_roots, errno);
    const FileDescriptor root(::openat(roots.get(), instance.c_str(), directory_flags));
    if (!root && errno == ENOENT)
        return;
    if (!root)
        throw SystemError("open", path, errno);
    remove(root.get(), link_name, 0, fmt::format("{}/{}", path, link_name));
    remove(roots.get(), instance.c_str(), AT_REMOVEDIR, path);
}

} // namespace left4me
