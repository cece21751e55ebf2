#include "l4d2ctl/observe/mounted_overlays.hpp"

#include "host/system_error.hpp"
#include "instance/instance_name.hpp"
#include "kernel/merged_mount.hpp"
#include "plan/mount_plan.hpp"
#include "plan/mount_table.hpp"

#include <algorithm>
#include <cerrno>

namespace left4me::ctl {

namespace {

std::optional<StateDirectory> open_records() {
    try {
        return StateDirectory::open_existing();
    } catch (const SystemError& error) {
        if (error.error() != EACCES)
            throw;
        return std::nullopt;
    }
}

} // namespace

MountedOverlays::MountedOverlays(const HostConfiguration& configuration)
    : m_records(open_records()) {
    // What was mounted last on a directory comes last.
    for (const MountRow& row : list_mounts(read_mount_table())) {
        const std::size_t colon = row.source.find(':');
        if (row.type != "overlay" || colon == std::string::npos)
            continue;
        std::string name = row.source.substr(colon + 1);
        if (is_instance_name(name) && row.source == overlay_source(name) &&
            row.mount_point == configuration.merged_directory(name))
            m_ids.insert_or_assign(std::move(name), row.id);
    }
}

std::optional<std::int64_t> MountedOverlays::mounted_at(const std::string& name) const {
    const auto mount = m_ids.find(name);
    if (!m_records || mount == m_ids.end())
        return std::nullopt;
    const auto record = m_records->read_record(name);
    return record && record->mount_id == mount->second ? std::optional(record->mounted_at)
                                                       : std::nullopt;
}

bool MountedOverlays::has_other_layers(const Instance& instance) const {
    const auto mount = m_ids.find(instance.name);
    if (!m_records || mount == m_ids.end())
        return false;
    const auto text = m_records->read_record_text(instance.name);
    if (!text || is_record_of(*text, instance.fingerprint))
        return false;
    const auto record = parse_record(*text);
    return record && record->mount_id == mount->second &&
           !std::ranges::equal(record->plan.layers, instance.layers, {}, &PlannedLayer::path);
}

} // namespace left4me::ctl
