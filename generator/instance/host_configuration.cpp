#include "generator/instance/host_configuration.hpp"

#include "generator/instance/ini_lines.hpp"
#include "generator/text/ascii.hpp"
#include "generator/text/nearest.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/time_span.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

constexpr std::array settings = {
    HostSetting{"Paths", "Root", "/var/lib/left4me"},
    HostSetting{"Paths", "InstanceDirectories", "/etc/left4me/instances:instances"},
    HostSetting{"Paths", "LayerRoots",
                "installation:overlays/*:global_overlay_cache/*:workshop_cache/*"},
    HostSetting{"Users", "RuntimeUser", "left4me"},
    HostSetting{"Users", "SandboxUser", "l4d2-sandbox"},
    HostSetting{"Servers", "StartLimitIntervalSec", "60s"},
    HostSetting{"Servers", "StartLimitBurst", "5"},
    HostSetting{"Servers", "MaxInstances", "1000"},
    HostSetting{"Mount", "Way", "auto"},
};

constexpr std::string_view awkward =
    "quotes, backslashes, control characters, a blank at the end or bytes that are not UTF-8";

bool is_user(std::string_view user) {
    const auto is_word_character = [](char c) {
        return is_ascii_alphanumeric(c) || c == '_' || c == '-' || c == '.';
    };
    return !user.empty() && user.size() <= 31 && user.front() != '-' && user.front() != '.' &&
           std::ranges::all_of(user, is_word_character);
}

/// \return nothing when `text` is anything but decimal digits of a number that fits
std::optional<unsigned> parse_number(std::string_view text) {
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

bool is_root(std::string_view user) {
    return user == "root" || user.find_first_not_of('0') == std::string_view::npos;
}

} // namespace

std::optional<std::string> HostConfiguration::resolve_path(std::string_view path) const {
    auto normal = normalize_path(root, path);
    if (!normal || named_root.empty())
        return normal;
    if (const auto below = path_below(*normal, named_root))
        return normalize_path(root, *below);
    return normal;
}

std::string HostConfiguration::runtime_directory(std::string_view instance) const {
    return fmt::format("{}/runtime/{}", root, instance);
}

std::string HostConfiguration::merged_directory(std::string_view instance) const {
    return runtime_directory(instance) + "/merged";
}

std::span<const HostSetting> host_settings() {
    return settings;
}

StateRoot root_as_named(const std::string& named) {
    return {named, {}, {}};
}

void HostSettings::merge(std::string_view text, std::string_view file) {
    const Diagnostics problems =
        parse_ini(text, file,
                  [&](unsigned line, std::string_view section, std::string_view key,
                      std::string_view value) { assign(file, line, section, key, value); });
    m_diagnostics.insert(m_diagnostics.end(), problems.begin(), problems.end());
}

void HostSettings::assign(std::string_view file, unsigned line, std::string_view section,
                          std::string_view key, std::string_view value) {
    const auto known = std::ranges::find_if(
        settings, [&](const HostSetting& s) { return s.section == section && s.key == key; });
    if (known != settings.end()) {
        m_values.insert_or_assign(std::string(key),
                                  Value{std::string(value), std::string(file), line});
        return;
    }

    std::vector<std::string_view> sections;
    std::vector<std::string_view> keys;
    for (const HostSetting& setting : settings) {
        sections.push_back(setting.section);
        if (setting.section == section)
            keys.push_back(setting.key);
    }
    if (keys.empty())
        m_diagnostics.push_back(
            {Severity::warning, std::string(file), line,
             fmt::format("{} stands in the unknown section {}", printable(key), printable(section)),
             fmt::format("did you mean [{}]?", nearest(section, sections))});
    else
        m_diagnostics.push_back(
            {Severity::warning, std::string(file), line,
             fmt::format("unknown key {} in section [{}]", printable(key), section),
             fmt::format("did you mean {}?", nearest(key, keys))});
}

void HostSettings::report(const Value& value, std::string problem, std::string remedy) {
    m_diagnostics.push_back(
        {Severity::error, value.file, value.line, std::move(problem), std::move(remedy)});
}

void HostSettings::resolve_root(const Value& root, HostConfiguration& configuration,
                                const FindStateRoot& find_state_root) {
    const auto normal = normalize_path("", root.text);
    if (!root.text.starts_with('/') || !normal || is_awkward_path(root.text) || *normal == "/") {
        report(root, fmt::format("Root={} cannot be the state root", printable(root.text)),
               fmt::format("give an absolute path below / without '..', {}", awkward));
        return;
    }
    StateRoot found = find_state_root(*normal);
    if (!found.problem.empty()) {
        report(root, fmt::format("Root={} {}", *normal, found.problem), std::move(found.remedy));
        return;
    }
    if (found.path != *normal)
        configuration.named_root = *normal;
    configuration.root = std::move(found.path);
}

std::vector<std::string> HostSettings::resolve_paths(const Value& list,
                                                     const HostConfiguration& configuration) {
    const PathList split = split_path_list(list.text);
    if (!split.problem.empty())
        report(list, split.problem, "separate paths with single colons, '\\:' is a colon");

    std::vector<std::string> paths;
    for (const std::string& path : split.paths) {
        if (is_awkward_path(path)) {
            report(list, fmt::format("the path {} has {}", printable(path), awkward),
                   "choose another directory");
        } else if (auto normal = configuration.resolve_path(path)) {
            paths.push_back(*std::move(normal));
        } else {
            report(list, fmt::format("the path {} has a '..'", printable(path)),
                   "write the path without it");
        }
    }
    return paths;
}

std::optional<HostConfiguration> HostSettings::resolve(const FindStateRoot& find_state_root) {
    const auto value_of = [this](std::string_view key) -> Value {
        const auto assigned = m_values.find(key);
        if (assigned != m_values.end() && !assigned->second.text.empty())
            return assigned->second;
        const auto* const setting = std::ranges::find(settings, key, &HostSetting::key);
        return {std::string(setting->default_value), "left4me.conf", 0};
    };

    HostConfiguration configuration;

    resolve_root(value_of("Root"), configuration, find_state_root);

    configuration.instance_directories =
        resolve_paths(value_of("InstanceDirectories"), configuration);

    for (std::string& path : resolve_paths(value_of("LayerRoots"), configuration)) {
        const bool only_below = path.ends_with("/*");
        if (only_below)
            path.resize(std::max<std::size_t>(path.size() - 2, 1));
        configuration.layer_roots.push_back({std::move(path), !only_below});
    }

    for (const auto& [key, user] : {std::pair{"RuntimeUser", &configuration.runtime_user},
                                    std::pair{"SandboxUser", &configuration.sandbox_user}}) {
        const Value value = value_of(key);
        if (is_user(value.text) && is_root(value.text))
            report(value, fmt::format("{}={} is root", key, value.text),
                   "give a user without rights of its own");
        else if (is_user(value.text))
            *user = value.text;
        else
            report(value, fmt::format("{}={} is no user", key, printable(value.text)),
                   "give a user's name or number");
    }
    if (configuration.runtime_user == configuration.sandbox_user)
        report(value_of(m_values.contains("SandboxUser") ? "SandboxUser" : "RuntimeUser"),
               "SandboxUser= and RuntimeUser= are the same user",
               "give the sandbox a user of its own");

    const Value interval = value_of("StartLimitIntervalSec");
    if (is_time_span(interval.text))
        configuration.start_limit_interval = interval.text;
    else
        report(interval,
               fmt::format("StartLimitIntervalSec={} is no time span", printable(interval.text)),
               "write it as systemd.time(7) does, for example 60s");

    const Value burst = value_of("StartLimitBurst");
    if (const auto number = parse_number(burst.text))
        configuration.start_limit_burst = *number;
    else
        report(burst, fmt::format("StartLimitBurst={} is no number", printable(burst.text)),
               "give the number of starts, 0 for no limit");

    const Value most = value_of("MaxInstances");
    if (const auto number = parse_number(most.text);
        number && *number >= 1 && *number <= largest_max_instances)
        configuration.max_instances = *number;
    else
        report(most,
               fmt::format("MaxInstances={} is not a number from 1 to {}", printable(most.text),
                           largest_max_instances),
               "give the number of instances that this host may have");

    const Value way = value_of("Way");
    for (const MountWay known : mount_ways)
        if (way.text == to_string(known))
            configuration.mount_way = known;
    if (!configuration.mount_way && way.text != "auto")
        report(way, fmt::format("Way={} is no way to mount", printable(way.text)),
               "write auto, descriptors or staged");

    if (has_errors(m_diagnostics))
        return std::nullopt;
    return configuration;
}

} // namespace left4me
