#include "generator/l4d2ctl/layers/layer_path.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/path_text.hpp"

#include <fmt/format.h>
#include <utility>

namespace left4me::ctl {

MergedPath read_merged_path(std::string_view text, const HostConfiguration& configuration) {
    MergedPath path;
    const auto resolved =
        text.starts_with('/') ? configuration.resolve_path(text) : normalize_path("/", text);
    if (!resolved) {
        path.complaint = {fmt::format("{} has a '..'", printable(text)),
                          "write the path without it"};
        return path;
    }
    std::string_view below = *resolved;
    if (!text.starts_with('/')) {
        path.components = split(below.substr(1), '/');
        return path;
    }
    const std::string runtime =
        configuration.root == "/" ? "/runtime" : configuration.root + "/runtime";
    if (const auto in_runtime = path_below(below, runtime)) {
        std::vector<std::string> components = split(*in_runtime, '/');
        if (components.size() >= 2 && is_instance_name(components[0]) &&
            components[1] == "merged") {
            path.instance = components[0];
            path.components.assign(components.begin() + 2, components.end());
            return path;
        }
    }
    path.complaint = {fmt::format("{} is not below {}/NAME/merged", printable(text), runtime),
                      "name the file as the server sees it, relative to merged"};
    return path;
}

std::string join(const std::vector<std::string>& components, std::size_t count) {
    if (components.empty())
        return ".";
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "" : "/") + components[i];
    return text;
}

std::optional<std::string> path_behind(const std::vector<std::string>& components, std::size_t link,
                                       std::string_view target, std::string_view merged) {
    std::vector<std::string> behind;
    std::vector<std::string> of_target;
    if (target.starts_with('/')) {
        const auto plain = normalize_path("/", target);
        const auto below = plain ? path_below(*plain, merged) : std::nullopt;
        if (!below)
            return std::nullopt;
        of_target = split(*below, '/');
    } else {
        // What leads up to it are directories, so that a '..' in front is what it seems.
        behind.assign(components.begin(), components.begin() + static_cast<std::ptrdiff_t>(link));
        of_target = split(target, '/');
    }
    bool leads_up = true;
    for (std::string& component : of_target) {
        if (component.empty() || component == ".")
            continue;
        if (component == "..") {
            if (!leads_up || behind.empty())
                return std::nullopt;
            behind.pop_back();
            continue;
        }
        leads_up = false;
        behind.push_back(std::move(component));
    }
    behind.insert(behind.end(), components.begin() + static_cast<std::ptrdiff_t>(link) + 1,
                  components.end());
    return join(behind, behind.size());
}

} // namespace left4me::ctl
