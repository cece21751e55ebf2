#include "generator/l4d2ctl/units/setting_origins.hpp"

#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/l4d2ctl/units/unit_settings.hpp"
#include "generator/text/path_text.hpp"
#include "generator/units/unit_syntax.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <span>

namespace left4me::ctl {

namespace {

using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> layers = {"L4D2_LOWERDIRS"};
constexpr std::array<std::string_view, 2> command_line = {"L4D2_PORT", "L4D2_ARGS"};
constexpr std::array<std::string_view, 1> autostart = {"L4D2_AUTOSTART"};
constexpr std::array<std::string_view, 1> root = {"Root"};
constexpr std::array<std::string_view, 1> user = {"RuntimeUser"};
constexpr std::array<std::string_view, 1> interval = {"StartLimitIntervalSec"};
constexpr std::array<std::string_view, 1> burst = {"StartLimitBurst"};

enum class About { service, mount, file_systems, target };

struct Rule {
    About about;
    std::string_view section;
    std::string_view key;
    Keys instance_keys;
    Keys host_keys;
    bool name = false;
    bool source = false;
};

/// What the settings that are not in here are made of depends on their value, or they are the
/// same for all instances.
constexpr std::array rules = {
    Rule{About::mount, "Unit", "Description", {}, {}, true},
    Rule{About::mount, "Unit", "SourcePath", {}, {}, true, true},
    Rule{About::mount, "Mount", "What", {}, {}, true},
    Rule{About::mount, "Mount", "Where", {}, root, true},
    Rule{About::file_systems, "Unit", "Description", {}, {}, true},
    Rule{About::file_systems, "Unit", "SourcePath", {}, {}, true, true},
    Rule{About::service, "Unit", "Description", {}, {}, true},
    Rule{About::service, "Unit", "SourcePath", {}, {}, true, true},
    Rule{About::service, "Unit", "StartLimitIntervalSec", {}, interval},
    Rule{About::service, "Unit", "StartLimitBurst", {}, burst},
    Rule{About::service, "Unit", "Wants", {}, {}, true},
    Rule{About::service, "Unit", "After", {}, root, true},
    Rule{About::service, "Unit", "PartOf", {}, {}, true},
    Rule{About::service, "Service", "User", {}, user},
    Rule{About::service, "Service", "WorkingDirectory", {}, {}},
    Rule{About::service, "Service", "ExecStartPre", {}, {}, true},
    Rule{About::service, "Service", "ExecStart", command_line, root, true},
    Rule{About::service, "Service", "ExecStopPost", {}, {}, true},
    Rule{About::target, "Unit", "Wants", autostart, {}, true},
};

About about(std::string_view unit) {
    if (unit.ends_with(".mount"))
        return About::mount;
    if (unit.starts_with("l4d2-layers@"))
        return About::file_systems;
    return unit.ends_with(".target") ? About::target : About::service;
}

template <typename List>
void append(List& list, Keys keys) {
    list.insert(list.end(), keys.begin(), keys.end());
}

SettingOrigins of_mount_point(const std::string& value, std::string_view instance,
                              const HostConfiguration& configuration) {
    SettingOrigins origins;
    if (value == quote_word(configuration.runtime_directory(instance))) {
        append(origins.host_keys, root);
        origins.name = true;
        return origins;
    }
    append(origins.instance_keys, layers);
    const std::vector<std::string> words = split_list(value);
    if (words.size() == 1 && path_below(words.front(), configuration.root))
        append(origins.host_keys, root);
    return origins;
}

/// What a server's root shows of the state root, and what it covers of the rest.
SettingOrigins of_view(const std::string& value, std::string_view instance,
                       const HostConfiguration& configuration) {
    SettingOrigins origins;
    const auto shows = [&value](const std::string& path) {
        return value.find(escape_specifiers(path) + '"') != std::string::npos;
    };
    const bool is_runtime = shows(configuration.runtime_directory(instance));
    origins.name = is_runtime || value.find(server_roots) != std::string::npos;
    if (is_runtime || shows(configuration.root))
        append(origins.host_keys, root);
    else
        origins.host_keys.emplace_back("InstanceDirectories");
    return origins;
}

} // namespace

std::string unit_of_file(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos)
        return std::string(path);
    const std::string_view directory = path.substr(0, slash);
    return std::string(directory.substr(0, directory.rfind('.')));
}

std::vector<GeneratedSetting> settings_of(const std::vector<UnitFile>& files) {
    std::vector<GeneratedSetting> settings;
    for (const UnitFile& file : files) {
        const std::string unit = unit_of_file(file.path);
        if (file.kind == UnitFile::Kind::symlink) {
            settings.push_back(
                {unit, "Unit", "Wants", file.path.substr(file.path.find('/') + 1), file.path});
            continue;
        }
        for (const UnitSetting& setting : parse_unit_settings(file.content).settings)
            if (!setting.value.empty())
                settings.push_back(
                    {unit, setting.section, setting.key, setting.value, file.path, setting.line});
    }
    return settings;
}

SettingOrigins origins_of(const GeneratedSetting& setting, std::string_view instance,
                          const HostConfiguration& configuration) {
    if (setting.key == "RequiresMountsFor")
        return of_mount_point(setting.value, instance, configuration);
    if (setting.key == "BindPaths" || setting.key == "InaccessiblePaths")
        return of_view(setting.value, instance, configuration);
    const auto* const rule = std::ranges::find_if(rules, [&](const Rule& candidate) {
        return candidate.about == about(setting.unit) && candidate.section == setting.section &&
               candidate.key == setting.key;
    });
    SettingOrigins origins;
    if (rule == rules.end())
        return origins;
    append(origins.instance_keys, rule->instance_keys);
    append(origins.host_keys, rule->host_keys);
    origins.name = rule->name;
    origins.source = rule->source;
    return origins;
}

} // namespace left4me::ctl
