#include "generator/l4d2ctl/observe/upper_sizes.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/overlay/upper_usage.hpp"

#include <algorithm>
#include <fcntl.h>
#include <optional>

namespace left4me::ctl {

namespace {

/// A layer takes as long as so many files, for its directories.
constexpr std::size_t worth_of_layer = 20;

std::optional<UpperSize> measure(int runtime, const std::string& name, std::size_t most) {
    const FileDescriptor upper = open_beneath(runtime, name + "/upper", O_PATH | O_DIRECTORY);
    if (!upper)
        return std::nullopt;
    try {
        return measure_upper(upper.get(), name + "/upper", most);
    } catch (const SystemError& error) {
        if (is_shortage(error.error()))
            throw;
        return std::nullopt;
    }
}

} // namespace

UpperSizes measure_uppers(const HostTree& tree, const HostConfiguration& configuration,
                          const std::set<std::string>& chosen, std::optional<std::size_t> most) {
    const std::string path = configuration.root + "/runtime";
    const FileDescriptor runtime = tree.open_without_symlinks(path, O_RDONLY | O_DIRECTORY);
    if (!runtime)
        return {};
    std::vector<std::string> names = list_directory(runtime.get(), path);
    std::erase_if(names, [&chosen](const std::string& name) {
        return !is_name_of_any_version(name) || (!chosen.empty() && !chosen.contains(name));
    });

    UpperSizes sizes;
    const bool too_many = most && *most < names.size() * (worth_of_layer + 1);
    for (std::size_t left = names.size(); const std::string& name : names) {
        const std::size_t share = most ? *most / left-- : most_entries;
        if (too_many) {
            sizes.emplace_hint(sizes.end(), name, UpperSize{0, 0, false});
        } else if (const auto size = measure(runtime.get(), name, share)) {
            if (most)
                *most -= std::min<std::size_t>(size->files + worth_of_layer, share);
            sizes.emplace_hint(sizes.end(), name, *size);
        }
    }
    return sizes;
}

} // namespace left4me::ctl
