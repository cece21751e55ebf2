#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "helper/mount/server_root.hpp"
#include "helper/mount/state_directory.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/overlay_verbs.hpp"
#include "helper/verbs/takedown.hpp"

#include <chrono>
#include <fmt/format.h>

namespace left4me {

void unmount_instance(const std::string& instance, MessageLog& log) {
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
