#include "generator/host/file_status.hpp"
#include "generator/host/retry.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"
#include "generator/overlay/free_space.hpp"
#include "generator/overlay/id_map.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/overlay/plan_differences.hpp"
#include "generator/overlay/server_program.hpp"
#include "generator/overlay/upper_preflight.hpp"
#include "generator/overlay/work_preflight.hpp"
#include "generator/text/refusal.hpp"
#include "helper/holders/server_processes.hpp"
#include "helper/mount/attached_mount.hpp"
#include "helper/mount/directory_setup.hpp"
#include "helper/mount/layer_clone.hpp"
#include "helper/mount/overlay_by_descriptors.hpp"
#include "helper/mount/overlay_staged.hpp"
#include "helper/mount/server_root.hpp"
#include "helper/mount/state_directory.hpp"
#include "helper/mount/user_namespace.hpp"
#include "helper/verbs/busy_timeout.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/overlay_verbs.hpp"
#include "helper/verbs/takedown.hpp"
#include "helper/verbs/usable_instance.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace left4me {

namespace {

/// Builds the overlay and leaves it detached.
FileDescriptor build_overlay(const InstanceSurvey& found, const InstanceDirectories& directories) {
    const MountPlan& plan = found.plan;
    FileDescriptor user_namespace;
    if (std::ranges::any_of(plan.layers, &PlannedLayer::idmapped))
        user_namespace =
            make_user_namespace(swap_ids(plan.users.sandbox.uid, plan.users.runtime.uid),
                                swap_ids(plan.users.sandbox.gid, plan.users.runtime.gid));

    // A detached clone is gone as soon as its descriptor is closed. The mount table shows no path
    // of it: whoever reads that, as systemd does for every start, would read the names of all
    // layers of all servers.
    std::vector<FileDescriptor> clones;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        const int fd = found.layers[i].fd.get();
        clones.push_back(layer.idmapped ? clone_idmapped(fd, user_namespace.get(), layer.path)
                                        : clone_mount(fd, layer.path));
    }
    return plan.way == MountWay::descriptors ? build_by_descriptors(plan, directories, clones)
                                             : build_staged(plan, directories, clones);
}

AttachedMount build_and_attach(const InstanceSurvey& found,
                               const InstanceDirectories& directories) {
    const MountPlan& plan = found.plan;
    FileDescriptor overlay = build_overlay(found, directories);
    require_writable_overlay(overlay.get(), plan.directory);
    return {std::move(overlay), prepare_merged(directories, plan.directory, plan.users.runtime),
            plan.directory + "/merged"};
}

void take_down(const AttachedMount& attached, const std::string& path) {
    if (retry_for(busy_timeout, [&] { return attached.unmount(); }))
        return;
    refuse(
        {fmt::format("{}/merged has no record and cannot be unmounted, since it is in use", path),
         "end what uses it (see fuser -m), and try again"},
        Refused::busy);
}

/// Records the mount, or takes it down again: one without a record could not be told from a
/// stranger's, and one that is not on merged would not be found.
void record_mount(const StateDirectory& state, const MountPlan& plan, const Instance& instance,
                  int parent, const AttachedMount& attached) {
    try {
        const auto merged = place_of(parent, "merged", AT_SYMLINK_NOFOLLOW);
        if (!merged && errno != ENOENT)
            throw SystemError("statx", plan.directory + "/merged", errno);
        if (!merged || merged->mount_id != attached.mount_id())
            refuse(
                {fmt::format("{}/merged was replaced while it was being mounted", plan.directory),
                 "try again"},
                Refused::busy);
        make_server_root(plan.instance, parent, plan.directory);
        state.write_record({plan, instance.source, instance.fingerprint, std::time(nullptr),
                            merged->mount_id, merged->device});
    } catch (...) {
        take_down(attached, plan.directory);
        remove_server_root(plan.instance);
        throw;
    }
}

/// The kernel lets two overlays write to one upper layer (facts: "With index=off").
void refuse_second_overlay(const std::string& instance, std::string_view mount_table) {
    if (const auto place = find_overlay(mount_table, overlay_source(instance)))
        refuse({fmt::format("an overlay of this instance is mounted on {} as well, and "
                            "would share the upper layer with a new one",
                            printable(*place)),
                "unmount that"},
               Refused::busy);
}

/// Whether what a mount would make is mounted already. An older version did not record upper and
/// work: its overlay is as good as any while its server runs, and mounted anew when it does not.
bool is_mounted_so(const InstanceSurvey& found, const std::optional<MountRecord>& record) {
    if (!found.merged.is_ours() || !record || record->mount_id != found.merged.mount_id ||
        !find_differences(record->plan, found.plan, found.merged.read_only).empty())
        return false;
    return record->plan.upper || !find_server_processes(record->plan.instance).ids.empty();
}

/// An overlay that is mounted where left4me.conf had it before, or that somebody has unmounted.
void clear_away(const StateDirectory& state, const HostTree& tree, const MountRecord& record) {
    const MountPlan& plan = record.plan;
    if (const FileDescriptor parent = open_recorded_directory(tree, plan.directory)) {
        const MergedMount merged = inspect_merged(parent.get(), plan.instance, plan.directory);
        if (merged.is_ours() && merged.mount_id == record.mount_id)
            return take_down(state, parent.get(), plan.directory, plan.instance, merged, record);
    }
    // In a mass stop, namespaces that are just being set up have it for a moment.
    refuse_if(obstacle_left_by(record, busy_timeout), Refused::busy);
}

/// systemd says of a program that it cannot execute only that it could not (203/EXEC): servers are
/// kept from the journal's socket before it tries, and so is its own message.
///
/// \param upper  -1 where there is none yet
void warn_of_server(const HostTree& tree, const InstanceSurvey& found, int upper, MessageLog& log) {
    if (const auto full = objection_to_full_upper(upper, found.plan.directory + "/upper"))
        log.write(Event::warning, to_string(*full));
    try {
        if (const auto objection =
                ServerPrograms(tree, upper, found.plan.directory, found.layers).objection_to_game())
            log.write(Event::warning, to_string(*objection));
    } catch (const SystemError&) {
        // It is mounted all the same, and whether it starts is for the start to show.
    }
}

/// What survey_contents() does, of an upper that is small enough for it.
std::optional<UpperInspection>
look_into_upper(const MountSurvey& survey, const InstanceSurvey& found, std::size_t& entries_left) {
    auto contents = survey.survey_contents(found, entries_left);
    if (contents && contents->is_cut_short)
        refuse_large_upper(found.plan.directory);
    return contents;
}

std::string summary(const MountPlan& plan) {
    return fmt::format("mounted {} layers, {} of them idmapped, on {}/merged", plan.layers.size(),
                       std::ranges::count(plan.layers, true, &PlannedLayer::idmapped),
                       plan.directory);
}

} // namespace

void mount_instance(const std::string& name, MessageLog& log) {
    require_mount_namespace("mount", name);
    const StateDirectory state;
    const InstanceLock lock(state, name);
    const HostTree tree("/");
    const HostConfiguration configuration = load_host_configuration(tree);
    const Instance instance = read_instance(name, tree, configuration, log);
    warn_of_unread_file(tree, instance, configuration, log);
    MountSurvey survey(tree, configuration, stop_at_first_refusal());
    InstanceSurvey found = survey.survey(instance);
    MountPlan& plan = found.plan;
    const auto record = state.read_record(name);
    if (is_mounted_so(found, record)) {
        make_server_root(name, found.directories.parent.get(), plan.directory);
        return warn_of_server(tree, found, found.directories.upper.get(), log);
    }
    // Before anything is taken down for it.
    std::size_t entries_left = most_entries;
    auto contents = look_into_upper(survey, found, entries_left);
    plan.way = choose_way(configuration, survey.root());
    if (found.merged.is_ours())
        take_down(state, found.directories.parent.get(), plan.directory, name, found.merged,
                  record);
    else if (record)
        clear_away(state, tree, *record);
    // Mount ids are given out again: an old record could fit an overlay whose own was never
    // written.
    state.remove_record(name);

    const bool was_mounted = record || found.merged.is_ours();
    refuse_second_overlay(name, was_mounted ? read_mount_table() : survey.mount_table());
    const InstanceDirectories directories = prepare_instance_directories(
        survey.root(), name, plan.directory, {configuration.runtime_user, plan.users.runtime});
    if (!contents || !found.directories.upper)
        contents = inspect_contents(directories, plan.directory, entries_left);
    plan.upper = identify_directory(directories.upper.get(), plan.directory + "/upper");
    plan.work = identify_directory(directories.work.get(), plan.directory + "/work");
    const AttachedMount attached = build_and_attach(found, directories);
    record_mount(state, plan, instance, directories.parent.get(), attached);
    if (contents->mark)
        set_scan_mark(*contents->mark);
    log.write(Event::mounted, summary(plan));
    warn_of_server(tree, found, directories.upper.get(), log);
}

std::string describe_mount(const std::string& name, MessageLog& log) {
    require_root();
    const HostTree tree("/");
    const HostConfiguration configuration = load_host_configuration(tree);
    const Instance instance = read_instance(name, tree, configuration, log);
    MountSurvey survey(tree, configuration, stop_at_first_refusal());
    InstanceSurvey found = survey.survey(instance);
    if (!is_mounted_so(found, MountRecords::open().read_record(name))) {
        std::size_t entries_left = most_entries;
        look_into_upper(survey, found, entries_left);
    }
    warn_of_server(tree, found, found.directories.upper.get(), log);
    found.plan.way = choose_way(configuration, survey.root());
    return describe(found.plan);
}

void require_merged(const std::string& instance, const std::string& where) {
    const std::string merged = load_host_configuration(HostTree("/")).merged_directory(instance);
    if (where != merged)
        refuse({fmt::format("the overlay of this instance belongs on {}, not on {}", merged,
                            printable(where)),
                "if systemd asked for it, run systemctl daemon-reload"},
               Refused::usage);
}

} // namespace left4me
