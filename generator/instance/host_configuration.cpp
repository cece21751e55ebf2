#include "generator/instance/host_configuration.hpp"

#include "generator/instance/ini_lines.hpp"
#include "generator/text/ascii.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/nearest.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/setting_values.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

constexpr std::string_view awkward =
    "quotes, backslashes, control characters, a blank at the end or bytes that are not UTF-8";

bool is_user(std::string_view user) {
    const auto is_word_character = [](char c) {
        return is_ascii_alphanumeric(c) || c == '_' || c == '-' || c == '.';
    };
    return !user.empty() && user.size() <= 31 && user.front() != '-' && user.front() != '.' &&
           std::ranges::all_of(user, is_word_character);
}

std::uint64_t count_of(std::chrono::microseconds time) {
    return static_cast<std::uint64_t>(time.count());
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
        host_settings, [&](const HostSetting& s) { return s.section == section && s.key == key; });
    if (known != host_settings.end()) {
        m_values.insert_or_assign(std::string(key),
                                  Value{std::string(value), std::string(file), line, known->key});
        return;
    }

    std::vector<std::string_view> sections;
    std::vector<std::string_view> keys;
    for (const HostSetting& setting : host_settings) {
        sections.push_back(setting.section);
        if (setting.section == section)
            keys.push_back(setting.key);
    }
    const auto warn = [&](std::string problem, std::string remedy) {
        m_diagnostics.push_back(
            warning_at(std::string(file), line, {std::move(problem), std::move(remedy)}));
    };
    if (keys.empty())
        warn(fmt::format("{} stands in the unknown section {}", printable(key), printable(section)),
             fmt::format("did you mean [{}]?", nearest(section, sections)));
    else
        warn(fmt::format("unknown key {} in section [{}]", printable(key), section),
             fmt::format("did you mean {}?", nearest(key, keys)));
}

HostSettings::Value HostSettings::value_of(const HostSetting& setting) const {
    const auto assigned = m_values.find(setting.key);
    if (assigned != m_values.end() && !assigned->second.text.empty())
        return assigned->second;
    return {std::string(setting.default_value), "left4me.conf", 0, setting.key};
}

void HostSettings::report(const Value& value, std::string problem, std::string remedy) {
    m_diagnostics.push_back(
        error_at(value.file, value.line, {std::move(problem), std::move(remedy)}));
}

void HostSettings::report_value(const Value& value, std::string_view what, std::string remedy) {
    report(value, fmt::format("{}={} {}", value.key, printable(value.text), what),
           std::move(remedy));
}

void HostSettings::resolve_root(HostConfiguration& configuration,
                                const FindStateRoot& find_state_root) {
    const Value root = value_of(host_setting::root);
    const auto normal = normalize_path("", root.text);
    if (!root.text.starts_with('/') || !normal || is_awkward_path(root.text) || *normal == "/") {
        report_value(root, "cannot be the state root",
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

std::vector<std::string> HostSettings::resolve_paths(const HostSetting& setting,
                                                     const HostConfiguration& configuration) {
    const Value list = value_of(setting);
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

void HostSettings::resolve_user(const HostSetting& setting, std::string& user) {
    const Value value = value_of(setting);
    if (!is_user(value.text))
        report_value(value, "is no user", "give a user's name or number");
    else if (is_root(value.text))
        report(value, fmt::format("{}={} is root", setting.key, value.text),
               "give a user without rights of its own");
    else
        user = value.text;
}

void HostSettings::resolve_users(HostConfiguration& configuration) {
    resolve_user(host_setting::runtime_user, configuration.runtime_user);
    resolve_user(host_setting::sandbox_user, configuration.sandbox_user);
    if (configuration.runtime_user == configuration.sandbox_user)
        report(value_of(m_values.contains(host_setting::sandbox_user.key)
                            ? host_setting::sandbox_user
                            : host_setting::runtime_user),
               "SandboxUser= and RuntimeUser= are the same user",
               "give the sandbox a user of its own");
}

void HostSettings::resolve_limits(HostConfiguration& configuration) {
    const Value interval = value_of(host_setting::start_limit_interval);
    if (is_time_span(interval.text))
        configuration.start_limit_interval = interval.text;
    else
        report_value(interval, "is no time span",
                     "write it as systemd.time(7) does, for example 60s");

    const Value burst = value_of(host_setting::start_limit_burst);
    if (const auto number = parse_number<unsigned>(burst.text))
        configuration.start_limit_burst = *number;
    else
        report_value(burst, "is no number", "give the number of starts, 0 for no limit");

    const Value most = value_of(host_setting::max_instances);
    if (const auto number = parse_number<unsigned>(most.text).value_or(0);
        number >= 1 && number <= largest_max_instances)
        configuration.max_instances = number;
    else
        report_value(most, fmt::format("is not a number from 1 to {}", largest_max_instances),
                     "give the number of instances that this host may have");
}

void HostSettings::resolve_way(HostConfiguration& configuration) {
    const Value way = value_of(host_setting::mount_way);
    for (const MountWay known : enumerators<MountWay>)
        if (way.text == enum_name(known))
            configuration.mount_way = known;
    if (!configuration.mount_way && way.text != host_setting::mount_way.default_value)
        report_value(way, "is no way to mount", "write auto, descriptors or staged");
}

void HostSettings::resolve_time(const HostSetting& setting, std::chrono::seconds least,
                                std::chrono::seconds most, std::chrono::microseconds& time) {
    const Value value = value_of(setting);
    const auto span = parse_time_span(value.text);
    if (span && *span >= count_of(least) && *span <= count_of(most))
        time = std::chrono::microseconds(*span);
    else
        report_value(value,
                     fmt::format("is not a time span from {} s to {}", least.count(),
                                 most == std::chrono::days(1) ? "a day" : "a minute"),
                     "write it as systemd.time(7) does, for example 30s");
}

std::optional<HostConfiguration> HostSettings::resolve(const FindStateRoot& find_state_root) {
    HostConfiguration configuration;
    resolve_root(configuration, find_state_root);
    configuration.instance_directories =
        resolve_paths(host_setting::instance_directories, configuration);
    for (std::string& path : resolve_paths(host_setting::layer_roots, configuration)) {
        const bool only_below = path.ends_with("/*");
        if (only_below)
            path.resize(std::max<std::size_t>(path.size() - 2, 1));
        configuration.layer_roots.push_back({std::move(path), !only_below});
    }
    resolve_users(configuration);
    resolve_limits(configuration);
    resolve_way(configuration);
    // left4me-await-empty waits for some answers of a server that is asked as seldom as this.
    resolve_time(host_setting::watch_interval, std::chrono::seconds(1), std::chrono::minutes(1),
                 configuration.watch_interval);
    resolve_time(host_setting::silence_limit, std::chrono::seconds(5), std::chrono::days(1),
                 configuration.silence_limit);
    if (has_errors(m_diagnostics))
        return std::nullopt;
    return configuration;
}

} // namespace left4me
