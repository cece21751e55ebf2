#include "kernel/upper_preflight.hpp"

#include "host/file_descriptor.hpp"
#include "host/system_error.hpp"
#include "instance/diagnostic.hpp"
#include "plan/exit_status.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <string_view>
#include <sys/xattr.h>
#include <vector>

namespace left4me {

namespace {

constexpr std::string_view foreign_prefix = "user.fuseoverlayfs.";

/// Deeper than any game's tree, and few enough descriptors.
constexpr std::size_t deepest_directory = 100;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory open_directory(int parent, const char* name, const std::string& path) {
    const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        throw SystemError("open", path, errno);
    Directory directory(::fdopendir(fd));
    if (!directory)
        throw SystemError("fdopendir", path, errno);
    return directory;
}

/// The first attribute of a NUL-separated list that is foreign, or "".
std::string_view find_foreign(std::string_view names) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find('\0'), names.size());
        if (names.starts_with(foreign_prefix))
            return names.substr(0, end);
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return {};
}

class UpperScan {
  public:
    void scan(int upper, const std::string& path) {
        check_attributes(upper, ".", path);
        scan_directory(open_directory(upper, ".", path), path, 0);
    }

  private:
    void scan_directory(const Directory& directory, const std::string& path, std::size_t depth) {
        if (depth > deepest_directory)
            throw VerbFailure(
                ExitStatus::refused,
                fmt::format("{} lies more than {} directories deep in the upper layer: "
                            "remove it",
                            printable(path), deepest_directory));
        const int fd = ::dirfd(directory.get());
        for (;;) {
            errno = 0;
            const dirent* const entry = ::readdir(directory.get());
            if (entry == nullptr)
                break;
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..")
                continue;
            const std::string child = fmt::format("{}/{}", path, name);
            check_attributes(fd, entry->d_name, child);
            if (entry->d_type == DT_DIR)
                scan_directory(open_directory(fd, entry->d_name, child), child, depth + 1);
        }
        if (errno != 0)
            throw SystemError("readdir", path, errno);
    }

    void check_attributes(int directory, const char* name, const std::string& path) {
        // There is no listxattrat() before Linux 6.13; this path resolves to the same thing.
        const std::string by_descriptor = fmt::format("/proc/self/fd/{}/{}", directory, name);
        const ssize_t length = ::llistxattr(by_descriptor.c_str(), m_names.data(), m_names.size());
        if (length < 0) {
            if (errno == ENOTSUP || errno == ENOENT)
                return;
            throw SystemError("llistxattr", path, errno);
        }
        const std::string_view foreign =
            find_foreign({m_names.data(), static_cast<std::size_t>(length)});
        if (!foreign.empty())
            throw VerbFailure(
                ExitStatus::refused,
                fmt::format(
                    "{} has the attribute {} of fuse-overlayfs, which the kernel's overlay "
                    "does not understand: files deleted there would reappear; copy what you "
                    "need out of a mount by fuse-overlayfs and begin with an empty upper",
                    printable(path), printable(foreign)));
    }

    /// As long as the kernel lets the names of one file be (XATTR_LIST_MAX).
    std::vector<char> m_names = std::vector<char>(65536);
};

} // namespace

void check_upper(int upper, const std::string& path) {
    UpperScan().scan(upper, path);
}

} // namespace left4me
