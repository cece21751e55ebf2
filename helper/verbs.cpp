#include "verbs.hpp"

#include "host/host_configuration_files.hpp"
#include "host/host_tree.hpp"
#include "host/instance_files.hpp"
#include "kernel/instance_directories.hpp"
#include "kernel/layer_directories.hpp"
#include "kernel/merged_mount.hpp"
#include "kernel/mount_holders.hpp"
#include "kernel/mount_namespace.hpp"
#include "kernel/overlay_mount.hpp"
#include "kernel/state_directory.hpp"
#include "kernel/upper_preflight.hpp"
#include "kernel/user_namespace.hpp"
#include "kernel/users.hpp"
#include "plan/exit_status.hpp"
#include "plan/id_map.hpp"
#include "plan/mount_plan.hpp"
#include "units/instance_units.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <vector>

namespace left4me {

namespace {

[[noreturn]] void fail(ExitStatus status, const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.severity == Severity::error)
            text += (text.empty() ? "" : "\n") + to_string(diagnostic);
    throw VerbFailure(status, text);
}

void require_mount_namespace(const char* verb, const std::string& instance) {
    if (!in_mount_namespace_of_pid_1())
        throw VerbFailure(ExitStatus::refused,
                          fmt::format("not in the host's mount namespace: call it as nsenter "
                                      "--mount=/proc/1/ns/mnt -- left4me-overlay {} {}",
                                      verb, instance));
}

HostConfiguration load_host_configuration(const HostTree& tree) {
    HostConfigurationReading host = read_host_configuration(tree);
    if (!host.configuration)
        fail(ExitStatus::bad_configuration, host.diagnostics);
    return *std::move(host.configuration);
}

Instance load_instance(const HostTree& tree, const HostConfiguration& configuration,
                       const std::string& name, const MessageLog& log) {
    auto reading =
        InstanceFiles(tree, configuration, configuration.instance_directories).read(name);
    if (!reading) {
        std::string directories;
        for (const std::string& directory : configuration.instance_directories)
            directories += fmt::format("{}{}", directories.empty() ? "" : " or ", directory);
        throw VerbFailure(
            ExitStatus::no_such_instance,
            fmt::format("no such instance: there is no {}/instance.env in {}", name, directories));
    }
    for (const Diagnostic& diagnostic : reading->diagnostics)
        if (diagnostic.severity == Severity::warning)
            log.write(Event::warning, to_string(diagnostic));
    if (!reading->instance)
        fail(ExitStatus::bad_configuration, reading->diagnostics);
    if (const Diagnostics unnamable = check_unit_names(*reading->instance, configuration);
        has_errors(unnamable))
        fail(ExitStatus::bad_configuration, unnamable);
    if (const Diagnostics refused = check_layer_policy(*reading->instance, configuration);
        has_errors(refused))
        fail(ExitStatus::refused, refused);
    return *std::move(reading->instance);
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

/// What was opened, and the plan made of it.
struct PreparedMount {
    HostConfiguration configuration;
    Instance instance;
    FileDescriptor root;
    std::vector<OpenLayer> layers;
    MountPlan plan;
};

PreparedMount prepare(const std::string& name, const MessageLog& log) {
    const HostTree tree("/");
    PreparedMount prepared;
    prepared.configuration = load_host_configuration(tree);
    prepared.instance = load_instance(tree, prepared.configuration, name, log);
    const UserIds runtime_user = require_user(prepared.configuration.runtime_user, "RuntimeUser");
    const UserIds sandbox_user = require_user(prepared.configuration.sandbox_user, "SandboxUser");

    if (runtime_user.uid == sandbox_user.uid)
        throw VerbFailure(
            ExitStatus::bad_configuration,
            fmt::format("RuntimeUser={} and SandboxUser={} are the same user, uid {}: "
                        "give the sandbox a user of its own in left4me.conf",
                        prepared.configuration.runtime_user, prepared.configuration.sandbox_user,
                        runtime_user.uid));

    prepared.root = open_state_root(prepared.configuration);
    prepared.layers = open_layers(prepared.root.get(), prepared.instance, prepared.configuration);
    std::vector<ObservedLayer> observed;
    for (const OpenLayer& layer : prepared.layers)
        observed.push_back(layer.layer);
    prepared.plan =
        plan_mount(prepared.instance, prepared.configuration, observed, runtime_user, sandbox_user);
    if (const auto problem = problem_of_plan(prepared.plan))
        throw VerbFailure(ExitStatus::refused, *problem);
    return prepared;
}

[[noreturn]] void refuse_foreign(const MergedMount& merged, const std::string& path) {
    throw VerbFailure(
        ExitStatus::refused,
        fmt::format("{}/merged holds a mount that is not this instance's ({}): unmount it "
                    "yourself if you do not need it",
                    path, merged.description));
}

void unmount_or_fail(int parent, const std::string& path) {
    if (unmount_merged(parent, path))
        return;
    std::string holders;
    for (const std::string& holder : find_mount_holders(path + "/merged"))
        holders += fmt::format("{}{}", holders.empty() ? "" : "; ", holder);
    throw VerbFailure(
        ExitStatus::busy,
        fmt::format("{}/merged is still in use after 5 s by {}: end that and try again", path,
                    holders.empty() ? "a process that /proc does not show" : holders));
}

/// Builds the overlay and leaves it detached.
FileDescriptor build_overlay(const PreparedMount& prepared,
                             const InstanceDirectories& directories) {
    const MountPlan& plan = prepared.plan;
    OverlayContext overlay(overlay_source(plan.instance));
    for (const auto& [key, value] : overlay_options)
        overlay.set(key, value);

    FileDescriptor user_namespace;
    if (std::ranges::any_of(plan.layers, &PlannedLayer::idmapped))
        user_namespace =
            make_user_namespace(swap_ids(plan.sandbox_user.uid, plan.runtime_user.uid),
                                swap_ids(plan.sandbox_user.gid, plan.runtime_user.gid));

    // A detached clone is gone as soon as its descriptor is closed.
    std::vector<FileDescriptor> clones;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        int fd = prepared.layers[i].fd.get();
        if (layer.idmapped)
            fd = clones.emplace_back(clone_idmapped(fd, user_namespace.get(), layer.path)).get();
        overlay.set("lowerdir+", fd, layer.path);
    }
    overlay.set("upperdir", directories.upper.get(), plan.directory + "/upper");
    overlay.set("workdir", directories.work.get(), plan.directory + "/work");
    return overlay.create();
}

std::int64_t seconds_since_epoch() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Records the mount, or takes it down again: one without a record could not be told from a
/// stranger's.
void record_mount(const StateDirectory& state, const PreparedMount& prepared, int parent) {
    const MountPlan& plan = prepared.plan;
    try {
        const MergedMount merged = inspect_merged(parent, plan.instance, plan.directory);
        state.write_record(
            {plan, prepared.instance.source, seconds_since_epoch(), merged.mount_id});
    } catch (...) {
        unmount_or_fail(parent, plan.directory);
        throw;
    }
}

std::string summary(const MountPlan& plan) {
    return fmt::format("mounted {} layers, {} of them idmapped, on {}/merged", plan.layers.size(),
                       std::ranges::count(plan.layers, true, &PlannedLayer::idmapped),
                       plan.directory);
}

} // namespace

void mount_instance(const std::string& instance, const MessageLog& log) {
    require_mount_namespace("mount", instance);
    const StateDirectory state;
    const InstanceLock lock(state, instance);
    const PreparedMount prepared = prepare(instance, log);
    const MountPlan& plan = prepared.plan;

    const InstanceDirectories directories = prepare_instance_directories(
        prepared.root.get(), instance, plan.directory, plan.runtime_user);
    const int parent = directories.parent.get();

    const MergedMount merged = inspect_merged(parent, instance, plan.directory);
    if (merged.state == MergedMount::State::foreign)
        refuse_foreign(merged, plan.directory);
    if (merged.state == MergedMount::State::ours) {
        const auto record = state.read_record(instance);
        if (record && record->plan == plan && record->mount_id == merged.mount_id)
            return;
        unmount_or_fail(parent, plan.directory);
        state.remove_record(instance);
    }

    check_upper(directories.upper.get(), plan.directory + "/upper");
    const FileDescriptor overlay = build_overlay(prepared, directories);
    const FileDescriptor target = prepare_merged(directories, plan.directory, plan.runtime_user);
    attach_mount(overlay.get(), target.get(), plan.directory + "/merged");
    record_mount(state, prepared, parent);
    log.write(Event::mounted, summary(plan));
}

std::string describe_mount(const std::string& instance, const MessageLog& log) {
    return describe(prepare(instance, log).plan);
}

void unmount_instance(const std::string& instance, const MessageLog& log) {
    require_mount_namespace("umount", instance);
    const StateDirectory state;
    const InstanceLock lock(state, instance);
    const HostTree tree("/");
    const HostConfiguration configuration = load_host_configuration(tree);
    const std::string path = configuration.runtime_directory(instance);

    const FileDescriptor root = open_state_root(configuration);
    if (const FileDescriptor parent = open_instance_directory(root.get(), instance)) {
        const MergedMount merged = inspect_merged(parent.get(), instance, path);
        if (merged.state == MergedMount::State::foreign)
            refuse_foreign(merged, path);
        if (merged.state == MergedMount::State::ours) {
            unmount_or_fail(parent.get(), path);
            log.write(Event::unmounted, fmt::format("unmounted {}/merged", path));
        }
    }
    state.remove_record(instance);
}

void require_merged(const std::string& instance, const std::string& where) {
    const std::string merged = load_host_configuration(HostTree("/")).merged_directory(instance);
    if (where != merged)
        throw VerbFailure(ExitStatus::usage,
                          fmt::format("the overlay of this instance belongs on {}, not on {}",
                                      merged, printable(where)));
}

} // namespace left4me
