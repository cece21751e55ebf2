#include "helper/holders/server_processes.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
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
        FileDescriptor fd(
            checked(::open(path, directory_flags | O_CLOEXEC), "open", path, {ENOENT}));
        struct statfs file_system = {};
        if (!fd)
            continue;
        checked(::fstatfs(fd.get(), &file_system), "fstatfs", path);
        if (file_system.f_type == CGROUP2_SUPER_MAGIC || file_system.f_type == CGROUP_SUPER_MAGIC)
            return Hierarchy{std::move(fd), prefix};
    }
    return std::nullopt;
}

/// The control group that this process is in, relative to the hierarchy's root.
std::string own_group(const Hierarchy& hierarchy) {
    constexpr const char* path = "/proc/self/cgroup";
    const FileDescriptor fd(::open(path, O_RDONLY | O_CLOEXEC));
    const auto text = fd ? read_up_to(fd.get(), no_limit) : std::nullopt;
    if (!text)
        throw SystemError("read", path, errno);
    for (std::string_view rest = *text; !rest.empty();) {
        const std::string_view line = take_until(rest, '\n');
        if (const std::size_t found = line.find(hierarchy.prefix); found != std::string_view::npos)
            return std::string(line.substr(found + hierarchy.prefix.size()));
    }
    return {};
}

bool is_of_unit(std::string_view group, std::string_view unit) {
    return group == unit || (group.ends_with(unit) && group[group.size() - unit.size() - 1] == '/');
}

/// A control group may be gone at any moment.
bool is_gone(int error) {
    return error == ENOENT || error == ENODEV;
}

FileDescriptor open_group(int parent, const std::string& path) {
    return checked(open_beneath(parent, path, directory_flags), "openat2", path, {ENOENT, ENODEV});
}

std::vector<std::string> list_group(int group, const std::string& path) {
    try {
        return list_directory(group, path);
    } catch (const SystemError& error) {
        if (is_gone(error.error()))
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
    const FileDescriptor fd = open_beneath(group, "cgroup.procs", O_RDONLY);
    const auto text = fd ? read_up_to(fd.get(), no_limit) : std::nullopt;
    if (!text && is_gone(errno))
        return;
    if (!text)
        throw SystemError("read", path + "/cgroup.procs", errno);
    for (std::string_view rest = *text; !rest.empty();)
        if (const auto id = parse_number<int>(take_until(rest, '\n')))
            ids.push_back(*id);
    for (const std::string& name : list_group(group, path))
        if (const FileDescriptor inner = open_beneath(group, name, directory_flags))
            add_processes(inner.get(), fmt::format("{}/{}", path, name), ids);
}

/// \return 0 when there is none, or the process is gone
int parent_of(int process) {
    const std::string text = read_text(fmt::format("/proc/{}/stat", process));
    // The name before it may have any character (proc(5)).
    constexpr std::string_view state_between = ") S ";
    std::string_view rest = text;
    rest.remove_prefix(std::min(rest.rfind(')'), rest.size()));
    rest.remove_prefix(std::min(state_between.size(), rest.size()));
    return parse_number<int>(take_until(rest, ' ')).value_or(0);
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
    const std::string unit = service_name(instance);
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
