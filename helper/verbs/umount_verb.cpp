#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/overlay/server_program.hpp"
#include "helper/mount/server_root.hpp"
#include "helper/mount/state_directory.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/overlay_verbs.hpp"
#include "helper/verbs/takedown.hpp"

#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>

namespace left4me {

namespace {

/// What keeps the server from being executed, as the tree that is still mounted has it.
///
/// \param parent, path  runtime/NAME
void tell_of_programs(const HostTree& tree, int parent, const std::string& path, MessageLog& log) {
    const FileDescriptor merged = open_beneath(parent, "merged", O_PATH | O_DIRECTORY);
    if (!merged)
        return;
    try {
        if (const auto objection = ServerPrograms(tree, merged.get(), path).objection_to_game())
            log.write(Event::warning, to_string(*objection));
    } catch (const SystemError&) {
        // It is about to be unmounted all the same.
    }
}

} // namespace

void unmount_instance(const std::string& instance, const std::optional<ServerEnd>& end,
                      MessageLog& log) {
    const auto failure =
        end ? explain_server_end(*end, instance, std::time(nullptr)) : std::nullopt;
    if (failure)
        log.write(Event::server_failed, to_string(*failure));
    require_mount_namespace("umount", instance);
    const StateDirectory state;
    const InstanceLock lock(state, instance);
    const HostTree tree("/");
    // Where the overlay is, its record knows: left4me.conf may be another by now.
    const auto record = state.read_record(instance);
    const std::string path =
        record ? record->plan.directory : load_host_configuration(tree).runtime_directory(instance);

    const FileDescriptor parent = open_recorded_directory(tree, path);
    const MergedMount merged =
        parent ? inspect_merged(parent.get(), instance, path) : MergedMount{};
    if (merged.state == MergedMount::State::foreign)
        refuse_foreign(merged, path);
    if (merged.is_ours()) {
        if (failure)
            tell_of_programs(tree, parent.get(), path, log);
        take_down(state, parent.get(), path, instance, merged, record);
        log.write(Event::unmounted, fmt::format("unmounted {}/merged", path));
    } else if (record) {
        // It is not mounted, which is all that was asked for; the next mount has to know, though.
        constexpr std::chrono::milliseconds no_wait(0);
        if (const auto obstacle = obstacle_left_by(*record, no_wait)) {
            log.write(Event::warning, to_string(*obstacle));
            return;
        }
    }
    state.remove_record(instance);
    remove_server_root(instance);
}

} // namespace left4me
