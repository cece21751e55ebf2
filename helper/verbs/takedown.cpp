#include "helper/verbs/takedown.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/host/retry.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/refusal.hpp"
#include "generator/units/unit_names.hpp"
#include "helper/holders/mount_holders.hpp"
#include "helper/holders/overlay_remnants.hpp"
#include "helper/holders/server_processes.hpp"
#include "helper/mount/overlay_detach.hpp"
#include "helper/verbs/busy_timeout.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace left4me {

namespace {

std::string name_all(const std::vector<std::string>& holders) {
    return holders.empty() ? "something that neither /proc nor /sys shows"
                           : fmt::format("{}", fmt::join(holders, "; "));
}

void make_merged_read_only(int parent, const std::string& path, const MergedMount& merged) {
    const std::string name = path + "/merged";
    const FileDescriptor mount = checked(open_beneath(parent, "merged", O_PATH | O_DIRECTORY),
                                         "openat2", name, {ELOOP, ENOTDIR});
    if (!mount)
        refuse({fmt::format("{} is not a directory", name), "move it away"});
    const auto place = place_of(mount.get(), "", AT_EMPTY_PATH);
    if (!place)
        throw SystemError("statx", name, errno);
    if (place->mount_id != merged.mount_id)
        refuse({fmt::format("{} was replaced while it was being unmounted", name), "try again"},
               Refused::busy);
    if (retry_for(busy_timeout, [&] { return make_read_only(mount.get(), name); }))
        return;
    refuse({fmt::format("{} is still in use after {} s by {}", name, busy_timeout.count(),
                        name_all(find_mount_holders(parent, path))),
            "end that and try again"},
           Refused::busy);
}

} // namespace

void require_server_down(const std::string& instance) {
    ServerProcesses processes;
    static_cast<void>(retry_for(busy_timeout, [&] {
        processes = find_server_processes(instance);
        return processes.ids.empty() || !processes.called_by_unit;
    }));
    if (processes.ids.empty())
        return;
    const int id = processes.ids.front();
    if (processes.called_by_unit)
        refuse({fmt::format("process {} ({}) of the server has not ended {} s after it", id,
                            command_of(std::to_string(id)), busy_timeout.count()),
                "systemd ends it now: then run left4me-overlay umount, or start the server"},
               Refused::busy);
    refuse({"the server is running", fmt::format("systemctl stop {}", systemctl_name(instance))},
           Refused::busy);
}

void take_down(const StateDirectory& state, int parent, const std::string& path,
               const std::string& instance, const MergedMount& merged,
               const std::optional<MountRecord>& record) {
    require_server_down(instance);
    make_merged_read_only(parent, path, merged);
    // Whoever is killed from here on leaves word that what is left is harmless.
    if (record && record->mount_id == merged.mount_id) {
        MountRecord updated = *record;
        updated.read_only = true;
        try {
            state.write_record(updated);
        } catch (const SystemError&) {
            // On a full /run there is no room for it; it is for the case of a kill only.
        }
    }
    detach_child(parent, "merged", path + "/merged");
}

std::optional<Complaint> obstacle_left_by(const MountRecord& record,
                                          std::chrono::milliseconds patience) {
    if (!may_be_left(record))
        return std::nullopt;
    // It may be what the server runs on.
    require_server_down(record.plan.instance);
    const OverlayRemnants remnants = quiet_remnants(record, patience);
    if (remnants.state != OverlayRemnants::State::writable)
        return std::nullopt;
    return Complaint{
        fmt::format("its overlay was unmounted without left4me-overlay, and could still write to "
                    "{}/upper by way of {}",
                    record.plan.directory, name_all(remnants.holders)),
        remnants.holders.empty() ? fmt::format("find and end that; if nothing has it, remove {}",
                                               StateDirectory::record_path(record.plan.instance))
                                 : "end that and try again"};
}

} // namespace left4me
