#include "verbs/prepared_mount.hpp"

#include "host/host_tree.hpp"
#include "host/instance_files.hpp"
#include "instance/layer_policy.hpp"
#include "kernel/expected_mounts.hpp"
#include "kernel/overlay_by_descriptors.hpp"
#include "kernel/users.hpp"
#include "plan/exit_status.hpp"
#include "units/instance_units.hpp"
#include "verbs/host_context.hpp"

#include <fmt/format.h>

namespace left4me {

namespace {

Instance require_usable(InstanceReading reading, const HostConfiguration& configuration) {
    if (!reading.instance)
        fail(ExitStatus::bad_configuration, reading.diagnostics);
    if (const Diagnostics unnamable = check_unit_names(*reading.instance, configuration);
        has_errors(unnamable))
        fail(ExitStatus::bad_configuration, unnamable);
    if (const Diagnostics refused = check_layer_policy(*reading.instance, configuration);
        has_errors(refused))
        fail(ExitStatus::refused, refused);
    return *std::move(reading.instance);
}

UserIds require_user(const std::string& user, const char* key) {
    const auto ids = find_user(user);
    if (!ids)
        throw VerbFailure(
            ExitStatus::bad_configuration,
            fmt::format("there is no user {}: create it with systemd-sysusers, or set "
                        "{}= in left4me.conf",
                        user, key));
    if (ids->uid == 0)
        throw VerbFailure(ExitStatus::bad_configuration,
                          fmt::format("{} is root: set another {}= in left4me.conf", user, key));
    return *ids;
}

/// Refuses the directories below a mount that has failed: a layer would be empty, and the file
/// system would hide what the server writes once it is mounted.
void require_mounts(const Instance& instance, const HostConfiguration& configuration) {
    ExpectedMounts mounts;
    const std::string runtime = configuration.runtime_directory(instance.name);
    if (const auto missing = mounts.find_missing(runtime))
        throw VerbFailure(
            ExitStatus::refused,
            fmt::format("{} needs the file system of {}, and nothing is mounted there: "
                        "run systemctl start '{}'",
                        runtime, missing->directory, missing->unit));
    for (const std::string& layer : instance.layers)
        if (const auto missing = mounts.find_missing(layer))
            fail(ExitStatus::refused,
                 {{Severity::error, instance.source, instance.layers_line,
                   fmt::format("the layer {} needs the file system of {}, and nothing is mounted "
                               "there",
                               printable(layer), printable(missing->directory)),
                   fmt::format("run systemctl start '{}', or take the layer out of L4D2_LOWERDIRS",
                               missing->unit)}});
}

MountWay choose_way(const HostConfiguration& configuration, int directory) {
    if (configuration.mount_way)
        return *configuration.mount_way;
    return takes_descriptors(directory) ? MountWay::descriptors : MountWay::staged;
}

} // namespace

VerbFailure no_such_instance(const std::string& name, const HostConfiguration& configuration) {
    std::string directories;
    for (const std::string& directory : configuration.instance_directories)
        directories += fmt::format("{}{}", directories.empty() ? "" : " or ", directory);
    return {ExitStatus::no_such_instance,
            fmt::format("no such instance: there is no {}/instance.env in {}", name, directories)};
}

PreparedMount prepare_mount(const std::string& name, const MessageLog& log) {
    const HostTree tree("/");
    HostConfiguration configuration = load_host_configuration(tree);
    auto reading =
        InstanceFiles(tree, configuration, configuration.instance_directories).read(name);
    if (!reading)
        throw no_such_instance(name, configuration);
    for (const Diagnostic& diagnostic : reading->diagnostics)
        if (diagnostic.severity == Severity::warning)
            log.write(Event::warning, to_string(diagnostic));
    return prepare_mount(tree, std::move(configuration), *std::move(reading));
}

PreparedMount prepare_mount(const HostTree& tree, HostConfiguration configuration,
                            InstanceReading reading) {
    PreparedMount prepared;
    prepared.configuration = std::move(configuration);
    prepared.instance = require_usable(std::move(reading), prepared.configuration);
    const UserIds runtime_user = require_user(prepared.configuration.runtime_user, "RuntimeUser");
    const UserIds sandbox_user = require_user(prepared.configuration.sandbox_user, "SandboxUser");

    if (runtime_user.uid == sandbox_user.uid)
        throw VerbFailure(
            ExitStatus::bad_configuration,
            fmt::format("RuntimeUser={} and SandboxUser={} are the same user, uid {}: "
                        "give the sandbox a user of its own in left4me.conf",
                        prepared.configuration.runtime_user, prepared.configuration.sandbox_user,
                        runtime_user.uid));

    require_mounts(prepared.instance, prepared.configuration);
    prepared.root = open_state_root(tree, prepared.configuration);
    prepared.layers =
        open_layers(tree, prepared.root.get(), prepared.instance, prepared.configuration);
    std::vector<ObservedLayer> observed;
    for (const OpenLayer& layer : prepared.layers)
        observed.push_back(layer.layer);
    prepared.plan =
        plan_mount(prepared.instance, prepared.configuration, observed, runtime_user, sandbox_user);
    if (const auto problem = problem_of_plan(prepared.plan))
        throw VerbFailure(ExitStatus::refused, *problem);
    prepared.plan.way = choose_way(prepared.configuration, prepared.root.get());
    return prepared;
}

} // namespace left4me
