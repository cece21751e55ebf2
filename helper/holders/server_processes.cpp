#include "helper/holders/server_processes.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <optional>
#include <string_view>
#include <sys/vfs.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY;

/// A slice may be made of others, but nobody makes many levels of them.
constexpr int deepest_slice = 16;

struct Hierarchy {
    FileDescriptor root;
    /// How lines of /proc/PID/cgroup about it begin, before the path.
    std::string_view prefix;
};

/// Where systemd mounts it: alone, beside the controllers of version 1, or as one of these
/// (systemd's documentation of its cgroup hierarchies).
std::optional<Hierarchy> open_hierarchy() {
    constexpr std::array<std::pair<const char*, std::string_view>, 3> places = {{
        {"/sys/fs/cgroup", "0::/"},
        {"/sys/fs/cgroup/unified", "0::/"},
        {"/sys/fs/cgroup/systemd", ":name=systemd:/"},
    }};
    for (const auto& [path, prefix] : places) {
        FileDescriptor fd(::open(path, directory_flags | O_CLOEXEC));
        if (!fd && errno != ENOENT)
            throw SystemError("open", path, errno);
        struct statfs file_system = {};
        if (!fd)
            continue;
        if (::fstatfs(fd.get(), &file_system) != 0)
            throw SystemError("fstatfs", path, errno);
        if (file_system.f_type == CGROUP2_SUPER_MAGIC || file_system.f_type == CGROUP_SUPER_MAGIC)
            return Hierarchy{std::move(fd), prefix};
    }
    return std::nullopt;
}

/// The control group that this process is in, relative to the hierarchy's root.
std::string own_group(const Hierarchy& hierarchy) {
    constexpr const char* path = "/proc/self/cgroup";
    constexpr std::size_t most_text = std::size_t{64} * 1024;
    const FileDescriptor fd(::open(path, O_RDONLY | O_CLOEXEC));
    const FileReading file =
        fd ? read_regular_file(fd.get(), most_text) : FileReading{ReadStatus::failed, {}, errno};
    if (file.status != ReadStatus::done)
        throw SystemError("read", path, file.error);
    std::string_view rest = file.text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (const std::size_t found = line.find(hierarchy.prefix); found != std::string_view::npos)
            return std::string(line.substr(found + hierarchy.prefix.size()));
    }
    return {};
}

bool is_of_unit(std::string_view group, std::string_view unit) {
    return group == unit || (group.ends_with(unit) && group[group.size() - unit.size() - 1] == '/');
}

/// A control group may be gone at any moment.
FileDescriptor open_group(int parent, const std::string& path) {
    FileDescriptor fd = open_beneath(parent, path, directory_flags);
    if (!fd && errno != ENOENT && errno != ENODEV)
        throw SystemError("openat2", path, errno);
    return fd;
}

std::vector<std::string> list_group(int group, const std::string& path) {
    try {
        return list_directory(group, path);
    } catch (const SystemError& error) {
        if (error.error() == ENOENT || error.error() == ENODEV)
            return {};
        throw;
    }
}

/// \param path  of `slice`, for errors
FileDescriptor find_in_slices(int slice, const std::string& path, const std::string& unit,
                              int depth) {
    if (FileDescriptor found = open_group(slice, unit))
        return found;
    if (depth == deepest_slice)
        return {};
    for (const std::string& name : list_group(slice, path))
        if (name.ends_with(".slice"))
            if (const FileDescriptor inner = open_group(slice, name))
                if (FileDescriptor found = find_in_slices(
                        inner.get(), fmt::format("{}/{}", path, name), unit, depth + 1))
                    return found;
    return {};
}

void add_processes(int group, const std::string& path, std::vector<int>& ids) {
    constexpr std::size_t most_text = std::size_t{1024} * 1024;
    const FileDescriptor fd = open_beneath(group, "cgroup.procs", O_RDONLY);
    FileReading file =
        fd ? read_regular_file(fd.get(), most_text) : FileReading{ReadStatus::failed, {}, errno};
    if (file.status != ReadStatus::done && (file.error == ENOENT || file.error == ENODEV))
        return;
    if (file.status != ReadStatus::done)
        throw SystemError("read", path + "/cgroup.procs", file.error);
    const char* position = file.text.data();
    const char* const end = position + file.text.size();
    while (position != end) {
        int id = 0;
        const auto [stopped, error] = std::from_chars(position, end, id);
        if (error != std::errc())
            break;
        ids.push_back(id);
        position = std::min(stopped + 1, end);
    }
    for (const std::string& name : list_group(group, path))
        if (const FileDescriptor inner = open_beneath(group, name, directory_flags))
            add_processes(inner.get(), fmt::format("{}/{}", path, name), ids);
}

/// \return 0 when there is none, or the process is gone
int parent_of(int process) {
    const std::string text = read_text(fmt::format("/proc/{}/stat", process));
    // The name before it may have any character (proc(5)).
    constexpr std::string_view state_between = ") S ";
    const std::size_t name_end = text.rfind(')');
    int parent = 0;
    if (name_end != std::string::npos && name_end + state_between.size() < text.size())
        std::from_chars(text.data() + name_end + state_between.size(), text.data() + text.size(),
                        parent);
    return parent;
}

std::vector<int> own_line() {
    std::vector<int> line;
    for (int process = ::getpid(); process > 0; process = parent_of(process))
        line.push_back(process);
    return line;
}

} // namespace

ServerProcesses find_server_processes(const std::string& instance) {
    ServerProcesses found;
    const auto hierarchy = open_hierarchy();
    if (!hierarchy)
        return found;
    const std::string unit = fmt::format("l4d2@{}.service", instance);
    const std::string own = own_group(*hierarchy);
    found.called_by_unit = is_of_unit(own, unit);
    const FileDescriptor group = found.called_by_unit
                                     ? open_group(hierarchy->root.get(), own)
                                     : find_in_slices(hierarchy->root.get(), "", unit, 0);
    if (!group)
        return found;
    add_processes(group.get(), unit, found.ids);
    const std::vector<int> line = own_line();
    std::erase_if(found.ids, [&](int id) { return std::ranges::find(line, id) != line.end(); });
    return found;
}

} // namespace left4me
