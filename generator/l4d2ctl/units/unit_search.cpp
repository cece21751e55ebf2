#include "generator/l4d2ctl/units/unit_search.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace left4me::ctl {

namespace {

/// A unit's name in its parts: PREFIX@INSTANCE.TYPE or PREFIX.TYPE.
struct NameParts {
    explicit NameParts(std::string_view unit)
        : type(unit.substr(std::min(unit.rfind('.'), unit.size()))) {
        unit.remove_suffix(type.size());
        at = unit.find('@');
        prefix = unit.substr(0, at);
    }

    /// With its dot.
    std::string_view type;
    std::string_view prefix;
    std::size_t at;
};

} // namespace

std::vector<std::string> unit_search_path(std::string_view unit_directory) {
    std::vector<std::string> path = {"/etc/systemd/system.control",
                                     "/run/systemd/system.control",
                                     "/run/systemd/transient",
                                     "/run/systemd/generator.early",
                                     "/etc/systemd/system",
                                     "/etc/systemd/system.attached",
                                     "/run/systemd/system",
                                     "/run/systemd/system.attached",
                                     std::string(generator_directory),
                                     "/usr/local/lib/systemd/system",
                                     std::string(unit_directory)};
    // On a host whose /lib is a link to /usr/lib they are one.
    for (const char* directory : {"/lib/systemd/system", "/usr/lib/systemd/system"})
        if (directory != unit_directory)
            path.emplace_back(directory);
    path.emplace_back(late_generator_directory);
    return path;
}

std::vector<std::string> fragment_names(std::string_view unit) {
    const NameParts parts(unit);
    std::vector<std::string> names = {std::string(unit)};
    if (parts.at != std::string_view::npos)
        names.push_back(std::string(parts.prefix).append("@").append(parts.type));
    return names;
}

std::vector<std::string> drop_in_directory_names(std::string_view unit) {
    std::vector<std::string> names;
    for (const std::string& name : fragment_names(unit))
        names.push_back(name + ".d");
    const NameParts parts(unit);
    // A dash at the very end cuts nothing off.
    std::string_view prefix = parts.prefix;
    while (prefix.size() > 1) {
        const std::size_t dash = prefix.rfind('-', prefix.size() - 2);
        if (dash == std::string_view::npos)
            break;
        prefix = prefix.substr(0, dash + 1);
        names.push_back(std::string(prefix)
                            .append(parts.at == std::string_view::npos ? "" : "@")
                            .append(parts.type)
                            .append(".d"));
    }
    return names;
}

std::string type_drop_in_directory_name(std::string_view unit) {
    return std::string(NameParts(unit).type.substr(1)) + ".d";
}

std::vector<FoundDropIn> order_drop_ins(std::span<const DropInDirectory> directories) {
    std::map<std::string, FoundDropIn, std::less<>> found;
    for (const DropInDirectory& directory : directories)
        for (const std::string& name : directory.names) {
            if (!name.ends_with(".conf") || name.starts_with('.'))
                continue;
            std::string path = directory.path + "/" + name;
            const auto [known, is_new] = found.try_emplace(name, FoundDropIn{path, {}});
            if (!is_new)
                known->second.hides.push_back(std::move(path));
        }
    std::vector<FoundDropIn> ordered;
    ordered.reserve(found.size());
    for (auto& [name, drop_in] : found)
        ordered.push_back(std::move(drop_in));
    return ordered;
}

} // namespace left4me::ctl
