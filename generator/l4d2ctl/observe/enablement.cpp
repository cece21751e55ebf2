#include "l4d2ctl/observe/enablement.hpp"

#include "host/system_error.hpp"
#include "instance/instance_name.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <string_view>
#include <unistd.h>

namespace left4me::ctl {

namespace {

constexpr std::array<std::string_view, 2> directories = {"/etc/systemd/system",
                                                         "/run/systemd/system"};

/// Calls `take` with each NAME of an l4d2@NAME.service in the directory, if there is one.
template <typename Take>
void for_each_service(const HostTree& tree, const std::string& path, Take take) {
    const FileDescriptor fd = tree.open(path, O_RDONLY | O_DIRECTORY);
    if (!fd && (errno == ENOENT || errno == EACCES))
        return;
    if (!fd)
        throw SystemError("open", path, errno);
    for_each_entry(
        fd.get(), path, std::numeric_limits<std::size_t>::max(), [&](std::string_view entry) {
            constexpr std::string_view prefix = "l4d2@";
            constexpr std::string_view suffix = ".service";
            if (!entry.starts_with(prefix) || !entry.ends_with(suffix))
                return;
            const std::string_view name =
                entry.substr(prefix.size(), entry.size() - prefix.size() - suffix.size());
            if (is_instance_name(name))
                take(fd.get(), std::string(entry), std::string(name));
        });
}

bool is_mask(int directory, const std::string& entry) {
    std::array<char, 16> target = {};
    const ssize_t length = ::readlinkat(directory, entry.c_str(), target.data(), target.size());
    return length > 0 &&
           std::string_view(target.data(), static_cast<std::size_t>(length)) == "/dev/null";
}

} // namespace

Enablement read_enablement(const HostTree& tree) {
    Enablement found;
    for (const std::string_view directory : directories) {
        for_each_service(tree, fmt::format("{}/l4d2.target.wants", directory),
                         [&](int, const std::string&, std::string name) {
                             found.enabled.insert(std::move(name));
                         });
        if (const FileDescriptor fd = tree.open(std::string(directory), O_PATH | O_DIRECTORY);
            fd && is_mask(fd.get(), "l4d2.target"))
            found.target_masked = true;
        for_each_service(tree, std::string(directory),
                         [&](int fd, const std::string& entry, std::string name) {
                             if (is_mask(fd, entry))
                                 found.masked.insert(std::move(name));
                         });
    }
    return found;
}

} // namespace left4me::ctl
