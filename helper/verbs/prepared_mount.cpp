#include "verbs/prepared_mount.hpp"

#include "host/host_tree.hpp"
#include "host/instance_files.hpp"
#include "instance/layer_policy.hpp"
#include "kernel/expected_mounts.hpp"
#include "kernel/overlay_by_descriptors.hpp"
#include "kernel/users.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_objections.hpp"
#include "units/instance_units.hpp"
#include "verbs/host_context.hpp"

#include <utility>

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
    if (auto objection = objection_to_user(key, user, ids))
        throw VerbFailure(ExitStatus::bad_configuration, *std::move(objection));
    return ids.value();
}

/// Refuses the directories below a mount that has failed: a layer would be empty, and the file
/// system would hide what the server writes once it is mounted.
void require_mounts(const Instance& instance, const HostConfiguration& configuration) {
    ExpectedMounts mounts;
    const std::string runtime = configuration.runtime_directory(instance.name);
    if (const auto missing = mounts.find_missing(runtime))
        throw VerbFailure(ExitStatus::refused, objection_to_directory(runtime, *missing));
    for (const std::string& layer : instance.layers)
        if (const auto missing = mounts.find_missing(layer)) {
            auto [problem, remedy] = objection_to_layer(layer, *missing);
            throw VerbFailure(ExitStatus::refused,
                              Diagnostic{Severity::error, instance.source, instance.layers_line,
                                         std::move(problem), std::move(remedy)});
        }
}

MountWay choose_way(const HostConfiguration& configuration, int directory) {
    if (configuration.mount_way)
        return *configuration.mount_way;
    return takes_descriptors(directory) ? MountWay::descriptors : MountWay::staged;
}

} // namespace

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
    if (auto objection = objection_to_users(prepared.configuration, runtime_user, sandbox_user))
        throw VerbFailure(ExitStatus::bad_configuration, *std::move(objection));

    require_mounts(prepared.instance, prepared.configuration);
    prepared.root = open_state_root(tree, prepared.configuration);
    prepared.layers =
        open_layers(tree, prepared.root.get(), prepared.instance, prepared.configuration);
    std::vector<ObservedLayer> observed;
    for (const OpenLayer& layer : prepared.layers)
        observed.push_back(layer.layer);
    prepared.plan =
        plan_mount(prepared.instance, prepared.configuration, observed, runtime_user, sandbox_user);
    if (auto objection = objection_to_plan(prepared.plan))
        throw VerbFailure(ExitStatus::refused, *std::move(objection));
    prepared.plan.way = choose_way(prepared.configuration, prepared.root.get());
    return prepared;
}

} // namespace left4me
