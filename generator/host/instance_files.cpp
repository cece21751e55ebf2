#include "host/instance_files.hpp"

#include "host/open_beneath.hpp"
#include "host/read_file.hpp"
#include "host/system_error.hpp"
#include "instance/instance_name.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace left4me {

namespace {

constexpr std::size_t largest_file = std::size_t{64} * 1024;

InstanceReading unusable(const std::string& path, std::string problem, std::string remedy) {
    return {std::nullopt, {{Severity::error, path, 1, std::move(problem), std::move(remedy)}}};
}

InstanceReading cannot_open(const std::string& path, int error) {
    if (error == ELOOP)
        return unusable(path, "a symbolic link", "put the file itself there");
    if (error == ENXIO)
        return unusable(path, "not a regular file", "put a text file there");
    return unusable(path, describe_errno(error), "make it a text file that root can read");
}

InstanceReading read_instance_file(int fd, const std::string& name, const std::string& path,
                                   const HostConfiguration& configuration) {
    const FileReading file = read_regular_file(fd, largest_file);
    switch (file.status) {
    case ReadStatus::done:
        return read_instance(name, path, file.text, configuration);
    case ReadStatus::not_a_regular_file:
        return unusable(path, "not a regular file", "put a text file there");
    case ReadStatus::too_large:
        return unusable(path, fmt::format("larger than {} bytes", largest_file), "shorten it");
    case ReadStatus::failed:
        break;
    }
    return cannot_open(path, file.error);
}

} // namespace

std::optional<InstanceReading> find_instance(const HostTree& tree,
                                             const HostConfiguration& configuration,
                                             const std::string& name) {
    for (const std::string& directory : configuration.instance_directories) {
        const FileDescriptor directory_fd = tree.open(directory, O_PATH | O_DIRECTORY);
        if (!directory_fd)
            continue;
        const std::string file = name + "/instance.env";
        const std::string path = fmt::format("{}/{}", directory, file);
        const FileDescriptor fd = open_beneath(directory_fd.get(), file, read_file_flags);
        if (fd)
            return read_instance_file(fd.get(), name, path, configuration);
        if (errno != ENOENT && errno != ENOTDIR)
            return cannot_open(path, errno);
    }
    return std::nullopt;
}

InstanceListing list_instances(const HostTree& tree, const HostConfiguration& configuration) {
    std::set<std::string> names;
    Diagnostics diagnostics;
    for (const std::string& directory : configuration.instance_directories) {
        const FileDescriptor fd = tree.open(directory, O_RDONLY | O_DIRECTORY);
        if (!fd) {
            if (errno != ENOENT)
                diagnostics.push_back({Severity::error, directory, 0, describe_errno(errno),
                                       "make it a directory that root can list"});
            continue;
        }
        for (const std::string& name : list_directory(fd.get(), directory)) {
            if (is_instance_name(name))
                names.insert(name);
            else
                diagnostics.push_back(
                    {Severity::warning, directory, 0,
                     fmt::format("{} is no instance name and is ignored", printable(name)),
                     "rename it to 1-63 of A-Z a-z 0-9 _ . -, beginning with a "
                     "letter or digit"});
        }
    }
    return {{names.begin(), names.end()}, std::move(diagnostics)};
}

} // namespace left4me
