#include "generator/host/host_tree.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <utility>

namespace left4me {

HostTree::HostTree(const std::string& directory)
    : m_directory(checked(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open",
                          directory)) {}

FileDescriptor HostTree::open(const std::string& path, int flags) const {
    return open_with(m_directory.get(), path, flags, RESOLVE_IN_ROOT);
}

FileDescriptor HostTree::open_without_symlinks(const std::string& path, int flags) const {
    return open_with(m_directory.get(), path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
}

bool read_entries(FileDescriptor directory, const std::string& path,
                  const std::function<bool(int, const dirent&)>& visit) {
    struct CloseDirectory {
        void operator()(DIR* stream) const { ::closedir(stream); }
    };

    const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(directory.get()));
    if (!stream)
        throw SystemError("fdopendir", path, errno);
    static_cast<void>(directory.release());
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(stream.get());
        if (entry == nullptr && errno != 0)
            throw SystemError("readdir", path, errno);
        if (entry == nullptr)
            return true;
        const std::string_view name = entry->d_name;
        if (name != "." && name != ".." && !visit(::dirfd(stream.get()), *entry))
            return false;
    }
}

bool for_each_entry(int fd, const std::string& path, std::size_t most,
                    const std::function<void(std::string_view)>& visit) {
    FileDescriptor own(
        checked(::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path));
    return read_entries(std::move(own), path, [&](int /*directory*/, const dirent& entry) {
        if (most == 0)
            return false;
        --most;
        visit(entry.d_name);
        return true;
    });
}

std::vector<std::string> list_directory(int fd, const std::string& path) {
    std::vector<std::string> names;
    for_each_entry(fd, path, no_limit,
                   [&names](std::string_view name) { names.emplace_back(name); });
    std::ranges::sort(names);
    return names;
}

} // namespace left4me
