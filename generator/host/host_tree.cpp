#include "generator/host/host_tree.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <limits>
#include <linux/openat2.h>
#include <memory>

namespace left4me {

HostTree::HostTree(const std::string& directory)
    : m_directory(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!m_directory)
        throw SystemError("open", directory, errno);
}

FileDescriptor HostTree::open(const std::string& path, int flags) const {
    return open_with(m_directory.get(), path, flags, RESOLVE_IN_ROOT);
}

FileDescriptor HostTree::open_without_symlinks(const std::string& path, int flags) const {
    return open_with(m_directory.get(), path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
}

bool for_each_entry(int fd, const std::string& path, std::size_t most,
                    const std::function<void(std::string_view)>& visit) {
    struct CloseDirectory {
        void operator()(DIR* directory) const { ::closedir(directory); }
    };

    const int own_fd = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own_fd < 0)
        throw SystemError("open", path, errno);
    const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(own_fd));
    if (!directory)
        throw SystemError("fdopendir", path, errno);

    for (std::size_t count = 0;;) {
        errno = 0;
        const dirent* const entry = ::readdir(directory.get());
        if (entry == nullptr && errno != 0)
            throw SystemError("readdir", path, errno);
        if (entry == nullptr)
            return true;
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        if (++count > most)
            return false;
        visit(name);
    }
}

std::vector<std::string> list_directory(int fd, const std::string& path) {
    std::vector<std::string> names;
    for_each_entry(fd, path, std::numeric_limits<std::size_t>::max(),
                   [&names](std::string_view name) { names.emplace_back(name); });
    std::ranges::sort(names);
    return names;
}

} // namespace left4me
