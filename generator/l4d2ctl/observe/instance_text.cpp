#include "generator/l4d2ctl/observe/instance_text.hpp"

#include "generator/host/instance_files.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <utility>

namespace left4me::ctl {

std::string read_instance_text(const HostTree& tree, const std::string& source,
                               const std::string& name) {
    const std::string below = name + "/instance.env";
    if (!source.ends_with("/" + below))
        return {};
    const FileDescriptor directory =
        tree.open(source.substr(0, source.size() - below.size() - 1), O_RDONLY | O_DIRECTORY);
    const FileDescriptor fd = open_beneath(directory.get(), below, read_file_flags);
    FileReading file = read_regular_file(fd.get(), largest_instance_file);
    return file.status == ReadStatus::done ? std::move(file.text) : std::string();
}

InstancePlace look_for_instance(const HostTree& tree, const std::string& directory,
                                std::string_view name) {
    InstancePlace place = {directory, {}, {}};
    const FileDescriptor fd = tree.open(directory, O_RDONLY | O_DIRECTORY);
    if (!fd) {
        place.why = errno == ENOENT
                        ? std::string("there is no such directory")
                        : fmt::format("it cannot be looked into: {}", describe_errno(errno));
        return place;
    }
    constexpr std::size_t most_entries = 100'000;
    for_each_entry(fd.get(), directory, most_entries, [&place](std::string_view entry) {
        if (is_instance_name(entry))
            place.names.emplace_back(entry);
    });
    if (open_beneath(fd.get(), std::string(name), O_PATH | O_DIRECTORY))
        place.why = fmt::format("the directory {} has no instance.env", name);
    else if (errno == ENOENT)
        place.why = fmt::format("there is no directory {}", name);
    else if (errno == ENOTDIR)
        place.why = fmt::format("{} is no directory", name);
    else
        place.why = fmt::format("{} cannot be opened: {}", name, describe_errno(errno));
    return place;
}

} // namespace left4me::ctl
