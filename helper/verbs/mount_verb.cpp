#include "host/system_error.hpp"
#include "kernel/attached_mount.hpp"
#include "kernel/instance_directories.hpp"
#include "kernel/layer_clone.hpp"
#include "kernel/merged_mount.hpp"
#include "kernel/overlay_by_descriptors.hpp"
#include "kernel/overlay_staged.hpp"
#include "kernel/server_program.hpp"
#include "kernel/state_directory.hpp"
#include "kernel/upper_preflight.hpp"
#include "kernel/user_namespace.hpp"
#include "plan/exit_status.hpp"
#include "plan/id_map.hpp"
#include "plan/mount_objections.hpp"
#include "verbs/host_context.hpp"
#include "verbs/merged_directory.hpp"
#include "verbs/prepared_mount.hpp"
#include "verbs/verbs.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace left4me {

namespace {

/// Builds the overlay and leaves it detached.
FileDescriptor build_overlay(const PreparedMount& prepared,
                             const InstanceDirectories& directories) {
    const MountPlan& plan = prepared.plan;
    FileDescriptor user_namespace;
    if (std::ranges::any_of(plan.layers, &PlannedLayer::idmapped))
        user_namespace =
            make_user_namespace(swap_ids(plan.sandbox_user.uid, plan.runtime_user.uid),
                                swap_ids(plan.sandbox_user.gid, plan.runtime_user.gid));

    // A detached clone is gone as soon as its descriptor is closed.
    std::vector<FileDescriptor> clones;
    OverlayParts parts{plan.instance,
                       {},
                       directories.parent.get(),
                       directories.upper.get(),
                       directories.work.get(),
                       plan.directory};
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        int fd = prepared.layers[i].fd.get();
        if (layer.idmapped)
            fd = clones.emplace_back(clone_idmapped(fd, user_namespace.get(), layer.path)).get();
        parts.layers.push_back({fd, layer.idmapped, layer.path});
    }
    return plan.way == MountWay::descriptors ? build_by_descriptors(parts) : build_staged(parts);
}

AttachedMount build_and_attach(const PreparedMount& prepared,
                               const InstanceDirectories& directories) {
    const MountPlan& plan = prepared.plan;
    FileDescriptor overlay = build_overlay(prepared, directories);
    return {std::move(overlay), prepare_merged(directories, plan.directory, plan.runtime_user),
            plan.directory + "/merged"};
}

std::int64_t seconds_since_epoch() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void take_down(const AttachedMount& attached, const std::string& path) {
    if (!attached.unmount())
        throw VerbFailure(
            ExitStatus::busy,
            fmt::format("{}/merged has no record and cannot be unmounted, since it is in use: end "
                        "what uses it (see fuser -m), and try again",
                        path));
}

/// Records the mount, or takes it down again: one without a record could not be told from a
/// stranger's, and one that is not on merged would not be found.
void record_mount(const StateDirectory& state, const PreparedMount& prepared, int parent,
                  const AttachedMount& attached) {
    const MountPlan& plan = prepared.plan;
    try {
        const MergedMount merged = inspect_merged(parent, plan.instance, plan.directory);
        if (merged.mount_id != attached.mount_id())
            throw VerbFailure(ExitStatus::busy,
                              fmt::format("{}/merged was replaced while it was being mounted: try "
                                          "again",
                                          plan.directory));
        state.write_record({plan, prepared.instance.source, prepared.instance.fingerprint,
                            seconds_since_epoch(), merged.mount_id, merged.file_system});
    } catch (...) {
        take_down(attached, plan.directory);
        throw;
    }
}

/// The kernel lets two overlays write to one upper layer (facts: "With index=off").
void refuse_second_overlay(const std::string& instance) {
    if (const auto place = find_overlay_of(instance))
        throw VerbFailure(ExitStatus::busy,
                          fmt::format("an overlay of this instance is mounted on {} as well, and "
                                      "would share the upper layer with a new one: unmount that",
                                      printable(*place)));
}

/// systemd says of a program that it cannot execute only that it could not (203/EXEC): servers are
/// kept from the journal's socket before it tries, and so is its own message.
void warn_without_server(ServerProgram program, const MessageLog& log) {
    if (const auto objection = objection_to_server(program))
        log.write(Event::warning, to_string(*objection));
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
    const PreparedMount prepared = prepare_mount(instance, log);
    const MountPlan& plan = prepared.plan;

    const InstanceDirectories directories = prepare_instance_directories(
        prepared.root.get(), instance, plan.directory, plan.runtime_user);
    const int parent = directories.parent.get();
    const ServerProgram program =
        find_server_program(directories.upper.get(), plan.directory + "/upper", prepared.layers);

    const MergedMount merged = inspect_merged(parent, instance, plan.directory);
    if (merged.state == MergedMount::State::foreign)
        refuse_foreign(merged, plan.directory);
    const auto record = state.read_record(instance);
    if (merged.state == MergedMount::State::ours) {
        if (record && make_same_overlay(record->plan, plan) && record->mount_id == merged.mount_id)
            return warn_without_server(program, log);
        unmount_or_fail(parent, plan.directory, instance, merged);
    } else if (record) {
        require_gone(record->file_system, instance, plan.directory);
    }
    // Mount ids are given out again: an old record could fit an overlay whose own was never
    // written.
    state.remove_record(instance);

    refuse_second_overlay(instance);
    check_outside_layers(directories, prepared.layers, plan.directory);
    check_contents(directories, plan.directory);
    const AttachedMount attached = build_and_attach(prepared, directories);
    record_mount(state, prepared, parent, attached);
    log.write(Event::mounted, summary(plan));
    warn_without_server(program, log);
}

std::string describe_mount(const std::string& instance, const MessageLog& log) {
    require_root();
    return describe(prepare_mount(instance, log).plan);
}

void require_merged(const std::string& instance, const std::string& where) {
    const std::string merged = load_host_configuration(HostTree("/")).merged_directory(instance);
    if (where != merged)
        throw VerbFailure(ExitStatus::usage,
                          fmt::format("the overlay of this instance belongs on {}, not on {}: if "
                                      "systemd asked for it, run systemctl daemon-reload",
                                      merged, printable(where)));
}

} // namespace left4me
