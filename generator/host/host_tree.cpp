#include "host/host_tree.hpp"

#include "host/open_beneath.hpp"
#include "host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <string_view>

namespace left4me {

HostTree::HostTree(const std::string& directory)
    : m_directory(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!m_directory)
        throw SystemError("open", directory, errno);
}

FileDescriptor HostTree::open(const std::string& path, int flags) const {
    return open_with(m_directory.get(), path, flags, RESOLVE_IN_ROOT);
}

std::vector<std::string> list_directory(int fd, const std::string& path) {
    struct CloseDirectory {
        void operator()(DIR* directory) const { ::closedir(directory); }
    };

    const int own_fd = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own_fd < 0)
        throw SystemError("open", path, errno);
    const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(own_fd));
    if (!directory)
        throw SystemError("fdopendir", path, errno);

    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(directory.get());
        if (entry == nullptr)
            break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
    if (errno != 0)
        throw SystemError("readdir", path, errno);
    std::ranges::sort(names);
    return names;
}

} // namespace left4me
