#include "generator/units/instance_units.hpp"

#include "generator/instance/server_command_line.hpp"
#include "generator/text/path_text.hpp"
#include "generator/units/run_paths.hpp"
#include "generator/units/unit_names.hpp"
#include "generator/units/unit_syntax.hpp"
#include "generator/units/unit_text.hpp"
#include "paths.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

/// What a file name can hold on every Linux file system, and UNIT_NAME_MAX of systemd less its NUL.
constexpr std::size_t longest_unit_name = 255;

/// What an instance's units and directories are called.
struct Names {
    Names(std::string_view instance, const HostConfiguration& configuration)
        : service(service_name(instance)), runtime(configuration.runtime_directory(instance)),
          merged(runtime + "/merged"), mount_unit(escape_path(merged) + ".mount"),
          layers_target(layers_target_name(instance)),
          empty(fmt::format("{}/{}/empty", server_roots, instance)) {}

    std::string service;
    std::string runtime;
    std::string merged;
    std::string mount_unit;
    std::string layers_target;
    /// A directory in which there is nothing.
    std::string empty;
};

/// Runs the helper as root and in PID 1's mount namespace from its first instruction: inside the
/// unit's own, which '+' does not leave, it would keep alive the very mounts that it is to take
/// down.
std::string helper_command(std::string_view verb, std::string_view instance) {
    return fmt::format("+{} --mount=/proc/1/ns/mnt -- {} {} {}", paths::nsenter, paths::helper,
                       verb, instance);
}

/// ':' keeps systemd from expanding '$' in the arguments.
std::string server_command(std::vector<std::string> words) {
    words.front().insert(0, ":");
    std::string command;
    for (const std::string& word : words)
        command.append(command.empty() ? 0 : 1, ' ').append(quote_word(word));
    return command;
}

/// What the overlay is made of and is mounted on.
void require_file_systems(UnitText& unit, const Instance& instance, const Names& names) {
    for (const std::string& layer : instance.layers)
        unit.set("RequiresMountsFor", quote_word(layer));
    unit.set("RequiresMountsFor", quote_word(names.runtime));
}

/// Names the end of a mount, and its place in the boot: users may be missing there, and the root
/// file system is read-only until it has been checked. RequiresMountsFor= waits for neither. What
/// is read again late may have another state root.
void set_order(UnitText& unit) {
    unit.set("Conflicts", "umount.target")
        .set("Before", "umount.target")
        .set("After", fmt::format("sysinit.target {}", late_instances_service));
}

/// For who mounts by hand: no server needs it.
std::string render_mount_unit(const Instance& instance, const Names& names) {
    UnitText unit;
    unit.set("Description", fmt::format("Overlay of {} server {}", game::title, instance.name))
        .set("Documentation", "man:left4me-instance.env(5) man:left4me-generator(8)")
        .set("SourcePath", escape_specifiers(instance.source))
        .set("DefaultDependencies", "no");
    set_order(unit);
    require_file_systems(unit, instance, names);
    unit.set("What", instance.name)
        .set("Where", escape_specifiers(names.merged))
        .set("Type", "left4me");
    return std::move(unit).str();
}

/// The server's way to wait for file systems: it wants this, so that one that fails keeps it from
/// being started only by the helper, which says so, and is part of it, so that it is stopped before
/// one is unmounted.
std::string render_layers_target(const Instance& instance, const Names& names) {
    UnitText unit;
    // After=: what is read again late may have another state root, whose file systems a target that
    // is active already would not wait for.
    unit.set("Description", fmt::format("File systems of {} server {}", game::title, instance.name))
        .set("Documentation", "man:l4d2@.service(5) man:left4me-generator(8)")
        .set("SourcePath", escape_specifiers(instance.source))
        .set("DefaultDependencies", "no")
        .set("StopWhenUnneeded", "yes")
        .set("After", late_instances_service);
    require_file_systems(unit, instance, names);
    return std::move(unit).str();
}

/// Every drop-in names the user where it is not the template's: without a user that exists not even
/// commands with '+' run.
void set_user(UnitText& unit, const HostConfiguration& configuration) {
    if (configuration.runtime_user != host_setting::runtime_user.default_value)
        unit.set("User", configuration.runtime_user);
}

/// Has the overlay unmounted when the server stops, whatever else there is.
void set_stop(UnitText& unit, std::string_view instance) {
    unit.set("ExecStopPost", "").set("ExecStopPost", helper_command("umount", instance));
}

/// For settings in which an unquoted ':' has a meaning of its own.
///
/// \param path  not awkward
std::string in_quotes(std::string_view path) {
    return fmt::format("\"{}\"", escape_specifiers(path));
}

/// What the server's root shows of the state root: its own runtime directory. That is bound as a
/// whole, not merged alone: only then does the kernel know that whoever unmounts merged on the host
/// unmounts it here.
void set_view(UnitText& unit, const Names& names, const HostConfiguration& configuration) {
    // The template shows /usr and /etc as wholes, and covers /etc/left4me.
    const auto is_shown = [](const std::string& directory) {
        return path_below(directory, "/usr") ||
               (path_below(directory, "/etc") && !path_below(directory, "/etc/left4me"));
    };
    const auto cover = [&](const std::string& directory) {
        unit.set("BindPaths", fmt::format("-{}:{}:norbind", names.empty, in_quotes(directory)));
    };
    if (is_shown(configuration.root))
        cover(configuration.root);
    for (const std::string& directory : configuration.instance_directories) {
        if (!is_shown(directory))
            continue;
        // What is missing would be made to be covered; in what is made inaccessible, nothing can be
        // shown. '+': the path in the server's root, not the host's.
        if (path_below(names.merged, directory))
            cover(directory);
        else
            unit.set("InaccessiblePaths", in_quotes("-+" + directory));
    }
    unit.set("BindPaths", in_quotes("-" + names.runtime));
}

std::string render_drop_in(const Instance& instance, const Names& names,
                           const HostConfiguration& configuration) {
    // Not PartOf= the mount unit, of which systemd knows only some time after the helper has
    // mounted; but who has started that by hand may stop it while the server is on its way.
    UnitText unit;
    unit.set("SourcePath", escape_specifiers(instance.source))
        .set("StartLimitIntervalSec", configuration.start_limit_interval)
        .set("StartLimitBurst", std::to_string(configuration.start_limit_burst))
        .set("Wants", names.layers_target)
        .set("After", fmt::format("{} {}", names.layers_target, names.mount_unit))
        .set("PartOf", names.layers_target)
        .set("X-Left4me-Health", health_words[instance.health]);
    set_user(unit, configuration);
    // Restart=: a refusal by ExecStartPre= is final. The template forces restarts for the main
    // process's exit codes; this adds signals and timeouts. WorkingDirectory=: in the server's
    // root, by the link that the helper makes: systemd 254 and later would start the mount unit for
    // a working directory below its own path.
    unit.set("Restart", "on-abnormal")
        .set("WorkingDirectory", fmt::format("-/merged/{}", game::directory))
        .set("ExecStartPre", "")
        .set("ExecStartPre", helper_command("mount", instance.name))
        .set("ExecStart", "")
        .set("ExecStart", server_command(game::server_command_line(instance, configuration)));
    set_stop(unit, instance.name);
    set_view(unit, names, configuration);
    return std::move(unit).str();
}

/// The value of the last ExecStart= in the text of a unit; "" when there is none.
std::string_view command_in(std::string_view text) {
    constexpr std::string_view key = "\nExecStart=";
    const std::size_t found = text.rfind(key);
    if (found == std::string_view::npos)
        return {};
    text.remove_prefix(found + key.size());
    return text.substr(0, text.find('\n'));
}

UnitFile drop_in_file(std::string_view unit_name, std::string text) {
    return {UnitFile::Kind::file, fmt::format("{}.d/{}", unit_name, drop_in_name), std::move(text)};
}

UnitFile wanted_by_target(std::string_view unit_name, std::string_view unit_file) {
    return {UnitFile::Kind::symlink, fmt::format("{}/{}", servers_target_wants, unit_name),
            fmt::format("{}/{}", paths::unit_directory, unit_file)};
}

} // namespace

std::string mount_unit_name(std::string_view instance, const HostConfiguration& configuration) {
    return Names(instance, configuration).mount_unit;
}

Diagnostics check_unit_names(const Instance& instance, const HostConfiguration& configuration) {
    const std::size_t length = mount_unit_name(instance.name, configuration).size();
    if (length <= longest_unit_name)
        return {};
    return {error_at(
        instance.source, 1,
        {fmt::format("the name {} makes a mount unit's name of {} bytes, {} more than it may have",
                     instance.name, length, length - longest_unit_name),
         "shorten the name; each '-' in it takes four bytes"})};
}

std::vector<UnitFile> render_instance(const Instance& instance,
                                      const HostConfiguration& configuration) {
    const Names names(instance.name, configuration);
    std::vector<UnitFile> files;
    files.push_back({UnitFile::Kind::file, names.mount_unit, render_mount_unit(instance, names)});
    files.push_back(
        {UnitFile::Kind::file, names.layers_target, render_layers_target(instance, names)});
    files.push_back(drop_in_file(names.service, render_drop_in(instance, names, configuration)));
    if (instance.autostart)
        files.push_back(wanted_by_target(names.service, service_template));
    return files;
}

std::string service_drop_in(std::string_view instance) {
    return fmt::format("{}.d/{}", service_name(instance), drop_in_name);
}

bool starts_otherwise(std::string_view drop_in, const std::vector<UnitFile>& files) {
    const std::string_view command = command_in(drop_in);
    return !command.empty() && std::ranges::any_of(files, [&](const UnitFile& file) {
        const std::string_view other = command_in(file.content);
        return !other.empty() && other != command;
    });
}

UnitFile render_broken_instance(const std::string& name, const std::string& source,
                                const HostConfiguration& configuration) {
    UnitText unit;
    unit.set("Description",
             fmt::format("{} server {}, whose instance.env cannot be used", game::title, name))
        .set("SourcePath", escape_specifiers(source))
        .set("StartLimitIntervalSec", "0");
    set_user(unit, configuration);
    set_stop(unit, name);
    return drop_in_file(service_name(name), std::move(unit).str());
}

UnitFile render_retired_instance(const std::string& name, const HostConfiguration& configuration) {
    UnitText unit;
    set_user(unit, configuration);
    set_stop(unit, name);
    return drop_in_file(service_name(name), std::move(unit).str());
}

UnitFile render_runtime_mount(const HostConfiguration& configuration) {
    const std::string runtime = configuration.root + "/runtime";
    UnitText unit;
    // A record is there as long as an overlay is mounted.
    unit.set("Description", fmt::format("Directories of {} servers", game::title))
        .set("Documentation", "man:left4me-generator(8)")
        .set("DefaultDependencies", "no")
        .set("ConditionPathExistsGlob", fmt::format("!{}/*{}", state_path, record_ending));
    set_order(unit);
    // private: what is mounted in it shall not be mounted in the directory below as well.
    unit.set("What", escape_specifiers(runtime))
        .set("Where", escape_specifiers(runtime))
        .set("Options", "bind,nosuid,nodev,private,shared");
    return {UnitFile::Kind::file, escape_path(runtime) + ".mount", std::move(unit).str(), true};
}

std::vector<UnitFile> render_late_instances(const std::vector<std::string>& directories,
                                            const std::vector<std::string>& not_mounted,
                                            const std::vector<std::string>& no_links) {
    if (not_mounted.empty() && no_links.empty())
        return {};
    UnitText unit;
    for (const std::string& directory : directories)
        unit.set("RequiresMountsFor", quote_word(directory));
    // '|': one of them is enough.
    for (const std::string& directory : not_mounted)
        unit.set("ConditionPathIsMountPoint", "|" + escape_specifiers(directory));
    for (const std::string& directory : no_links)
        unit.set("ConditionPathIsSymbolicLink", "|" + escape_specifiers(directory));
    return {drop_in_file(late_instances_service, std::move(unit).str()),
            wanted_by_target(late_instances_service, late_instances_service)};
}

} // namespace left4me
