#include "kernel/instance_directories.hpp"
#include "kernel/layer_directories.hpp"
#include "kernel/state_directory.hpp"
#include "verbs/host_context.hpp"
#include "verbs/merged_directory.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace left4me {

void unmount_instance(const std::string& instance, const MessageLog& log) {
    require_mount_namespace("umount", instance);
    const StateDirectory state;
    const InstanceLock lock(state, instance);
    const HostTree tree("/");
    const HostConfiguration configuration = load_host_configuration(tree);
    const std::string path = configuration.runtime_directory(instance);

    const FileDescriptor root = open_state_root(tree, configuration);
    if (const FileDescriptor parent = open_instance_directory(root.get(), instance, path)) {
        const MergedMount merged = inspect_merged(parent.get(), instance, path);
        if (merged.state == MergedMount::State::foreign)
            refuse_foreign(merged, path);
        if (merged.state == MergedMount::State::ours) {
            unmount_or_fail(parent.get(), path, instance, merged);
            log.write(Event::unmounted, fmt::format("unmounted {}/merged", path));
        } else if (const auto record = state.read_record(instance)) {
            require_gone(record->file_system, instance, path);
        }
    }
    state.remove_record(instance);
}

} // namespace left4me
