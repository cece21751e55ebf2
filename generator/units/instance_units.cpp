#include "units/instance_units.hpp"

#include "paths.hpp"
#include "units/unit_syntax.hpp"
#include "units/unit_text.hpp"

#include <cstddef>
#include <fmt/format.h>

namespace left4me {

namespace {

/// What a file name can hold on every Linux file system, and UNIT_NAME_MAX of systemd less its NUL.
constexpr std::size_t longest_unit_name = 255;

/// Runs the helper as root and in PID 1's mount namespace from its first instruction: inside the
/// unit's own, which '+' does not leave, it would keep alive the very mounts that it is to take
/// down.
std::string helper_command(std::string_view verb, std::string_view instance) {
    return fmt::format("+{} --mount=/proc/1/ns/mnt -- {} {} {}", paths::nsenter, paths::helper,
                       verb, instance);
}

/// ':' keeps systemd from expanding '$' in the arguments.
std::string server_command(const Instance& instance, const HostConfiguration& configuration) {
    std::string command =
        quote_word(fmt::format(":{}/srcds_run", configuration.merged_directory(instance.name)));
    command += fmt::format(" -game left4dead2 -norestart -strictportbind -ip 0.0.0.0 -port {}",
                           instance.port);
    for (const std::string& argument : instance.arguments)
        command += " " + quote_word(argument);
    return command;
}

std::string render_mount_unit(const Instance& instance, const HostConfiguration& configuration) {
    UnitText unit;
    unit.section("Unit")
        .set("Description", fmt::format("Overlay of Left 4 Dead 2 server {}", instance.name))
        .set("SourcePath", escape_specifiers(instance.source))
        .set("DefaultDependencies", "no")
        .set("Conflicts", "umount.target")
        .set("Before", "umount.target");
    for (const std::string& layer : instance.layers)
        unit.set("RequiresMountsFor", quote_word(layer));
    unit.set("RequiresMountsFor", quote_word(configuration.runtime_directory(instance.name)))
        .set("StartLimitIntervalSec", configuration.start_limit_interval)
        .set("StartLimitBurst", std::to_string(configuration.start_limit_burst));

    unit.section("Mount")
        .set("What", instance.name)
        .set("Where", escape_specifiers(configuration.merged_directory(instance.name)))
        .set("Type", "left4me");
    return unit.str();
}

std::string render_drop_in(const Instance& instance, const HostConfiguration& configuration) {
    const std::string mount_unit = mount_unit_name(instance.name, configuration);
    const std::string merged = configuration.merged_directory(instance.name);

    UnitText unit;
    unit.section("Unit")
        .set("SourcePath", escape_specifiers(instance.source))
        .set("StartLimitIntervalSec", configuration.start_limit_interval)
        .set("StartLimitBurst", std::to_string(configuration.start_limit_burst))
        .set("Wants", mount_unit)
        .set("After", mount_unit);

    unit.section("Service");
    if (configuration.runtime_user != HostConfiguration().runtime_user)
        unit.set("User", configuration.runtime_user);
    unit.set("Restart", "on-failure")
        .set("WorkingDirectory", fmt::format("-{}/left4dead2", escape_specifiers(merged)))
        .set("ExecStartPre", "")
        .set("ExecStartPre", helper_command("mount", instance.name))
        .set("ExecStart", "")
        .set("ExecStart", server_command(instance, configuration))
        .set("ExecStopPost", helper_command("umount", instance.name))
        .set("ReadWritePaths", quote_word("-" + merged));
    return unit.str();
}

} // namespace

std::string mount_unit_name(std::string_view instance, const HostConfiguration& configuration) {
    return escape_path(configuration.merged_directory(instance)) + ".mount";
}

Diagnostics check_unit_names(const Instance& instance, const HostConfiguration& configuration) {
    const std::size_t length = mount_unit_name(instance.name, configuration).size();
    if (length <= longest_unit_name)
        return {};
    return {
        {Severity::error, instance.source, 1,
         fmt::format("the name {} makes a mount unit's name of {} bytes, {} more than it may have",
                     instance.name, length, length - longest_unit_name),
         "shorten the name; each '-' in it takes four bytes"}};
}

std::vector<UnitFile> render_instance(const Instance& instance,
                                      const HostConfiguration& configuration) {
    const std::string service = fmt::format("l4d2@{}.service", instance.name);
    std::vector<UnitFile> files = {{UnitFile::Kind::file,
                                    mount_unit_name(instance.name, configuration),
                                    render_mount_unit(instance, configuration)},
                                   {UnitFile::Kind::file, service + ".d/50-left4me.conf",
                                    render_drop_in(instance, configuration)}};
    if (instance.autostart)
        files.push_back({UnitFile::Kind::symlink, "l4d2.target.wants/" + service,
                         fmt::format("{}/l4d2@.service", paths::unit_directory)});
    return files;
}

} // namespace left4me
