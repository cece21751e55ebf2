#include "generator/host/mount_search.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/printable.hpp"

#include <cerrno>
#include <climits>
#include <deque>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <string_view>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

constexpr int most_steps = 256;
constexpr const char* too_long = "leads through too many directories and symbolic links";

std::deque<std::string> components_of(std::string_view path) {
    std::deque<std::string> components;
    while (!path.empty()) {
        if (const std::string_view component = take_until(path, '/'); !component.empty())
            components.emplace_back(component);
    }
    return components;
}

std::string parent_of(const std::string& path) {
    return path.substr(0, path.empty() ? 0 : path.rfind('/'));
}

bool is_mount_point(int fd) {
    struct statx status = {};
    return ::statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, 0, &status) == 0 &&
           is_mount_root(status);
}

bool is_automounter(int fd) {
    struct statfs status = {};
    return ::fstatfs(fd, &status) == 0 && status.f_type == AUTOFS_SUPER_MAGIC;
}

/// Whether only root, or whoever runs this, can put something else into the directory `fd`.
bool is_private(int fd) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0)
        return false;
    const bool of_group = (status.st_mode & S_IWGRP) != 0;
    return (status.st_uid == 0 || status.st_uid == ::geteuid()) &&
           (!of_group || status.st_gid == 0 || status.st_gid == ::getegid()) &&
           (status.st_mode & S_IWOTH) == 0;
}

/// Why the way through a directory cannot be taken; empty when it can.
std::string problem_of(const std::string& path) {
    if (is_awkward_path(path))
        return fmt::format("leads through a symbolic link to {}", printable(path));
    return path.size() >= PATH_MAX ? too_long : "";
}

MountSearch with_problem(std::string problem) {
    MountSearch search;
    search.problem = std::move(problem);
    return search;
}

} // namespace

MountSearch search_mounts(const HostTree& tree, const std::string& path) {
    MountSearch search;
    std::deque<std::string> ahead = components_of(path);
    std::string here;
    std::string writable;
    for (int steps = 0; !ahead.empty(); ++steps) {
        if (steps == most_steps)
            return with_problem(too_long);
        const std::string component = std::move(ahead.front());
        ahead.pop_front();
        if (component == "." || component == "..") {
            here = component == "." ? here : parent_of(here);
            continue;
        }
        const std::string next = fmt::format("{}/{}", here, component);
        if (std::string problem = problem_of(next); !problem.empty())
            return with_problem(std::move(problem));

        if (search.behind_automount) {
            here = next;
            continue;
        }
        // Without O_DIRECTORY the last component is not automounted (open(2), O_PATH).
        const FileDescriptor fd = tree.open(next, O_PATH | O_NOFOLLOW);
        if (!fd)
            throw_if_shortage(errno, "openat2", next);
        if (const auto target = fd ? read_link(fd.get(), "") : std::nullopt) {
            if (!writable.empty() && search.replaceable_link.empty()) {
                search.replaceable_link = next;
                search.writable_directory = writable;
            }
            if (target->starts_with('/'))
                here.clear();
            const std::deque<std::string> detour = components_of(*target);
            ahead.insert(ahead.begin(), detour.begin(), detour.end());
            continue;
        }
        here = next;
        search.behind_automount = fd && is_automounter(fd.get());
        if (!fd || search.behind_automount || !is_mount_point(fd.get()))
            search.not_mounted.push_back(here);
        if (fd && !search.behind_automount && writable.empty() && !is_private(fd.get()))
            writable = here;
    }
    search.resolved = here.empty() ? "/" : std::move(here);
    return search;
}

} // namespace left4me
