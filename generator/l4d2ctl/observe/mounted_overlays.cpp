#include "generator/l4d2ctl/observe/mounted_overlays.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_table.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <vector>

namespace left4me::ctl {

namespace {

/// Asks nobody who might not answer, such as the server of a network file system.
///
/// \return nothing when there is none, or it cannot be looked at
std::optional<DirectoryIdentity> identify(const std::string& path) {
    // The owner of a directory on the way may have put a link there since it was mounted.
    const FileDescriptor fd =
        open_with(AT_FDCWD, path, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
    struct statx status = {};
    constexpr int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
    if (!fd || ::statx(fd.get(), "", flags, STATX_INO, &status) != 0)
        return std::nullopt;
    return DirectoryIdentity{makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino};
}

} // namespace

MountedOverlays::MountedOverlays(const HostConfiguration& configuration)
    : m_records(MountRecords::open_if_permitted()) {
    const std::vector<MountRow> mounts = list_mounts(read_mount_table());
    m_objection_to_runtime = objection_to_runtime_options(mounts, configuration.root + "/runtime");
    // What was mounted last on a directory comes last.
    for (const MountRow& row : mounts) {
        const std::size_t colon = row.source.find(':');
        if (row.type != "overlay" || colon == std::string::npos)
            continue;
        std::string name = row.source.substr(colon + 1);
        if (is_name_of_any_version(name) && row.source == overlay_source(name) &&
            row.mount_point == configuration.merged_directory(name)) {
            if (row.read_only)
                m_read_only.insert(name);
            m_ids.insert_or_assign(std::move(name), row.id);
        }
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

std::optional<std::string> MountedOverlays::directory_of(const std::string& name) const {
    const auto record = m_records ? m_records->read_record(name) : std::nullopt;
    return record ? std::optional(record->plan.directory) : std::nullopt;
}

OverlayTrouble MountedOverlays::trouble_with(const std::string& name, const std::string& directory,
                                             const Instance* instance) const {
    OverlayTrouble trouble;
    if (m_read_only.contains(name))
        trouble.with_upper = "its overlay is mounted read-only, so it can write nothing";
    const auto mount = m_ids.find(name);
    if (!m_records || mount == m_ids.end())
        return trouble;
    const auto text = m_records->read_record_text(name);
    if (!text)
        return trouble;
    const auto upper = identify(directory + "/upper");
    const auto work = identify(directory + "/work");
    if (trouble.with_upper.empty() && !(upper && work && is_record_on(*text, *upper, *work)))
        trouble.with_upper = fmt::format(
            "what it writes may be lost: {}/upper or work is not the directory that is mounted",
            directory);
    if (instance == nullptr)
        return trouble;
    trouble.is_of_file = is_record_of(*text, instance->fingerprint);
    if (trouble.is_of_file && std::ranges::all_of(instance->layers, [&](const std::string& layer) {
            return has_layer(*text, layer);
        }))
        return trouble;
    const auto record = parse_record(*text);
    if (!record || record->mount_id != mount->second)
        return trouble;
    trouble.has_other_layers =
        !std::ranges::equal(record->plan.layers, instance->layers, {}, &PlannedLayer::path);
    // One that is not listed any more is no layer of the next start.
    for (const PlannedLayer& layer : record->plan.layers)
        if (std::ranges::count(instance->layers, layer.path) > 0 && !has_layer(*text, layer.path))
            trouble.replaced_layers.push_back(layer.path);
    return trouble;
}

bool MountedOverlays::has_layer(const std::string& record, const std::string& layer) const {
    const auto [known, is_new] = m_layers.try_emplace(layer);
    if (is_new)
        known->second = identify(layer);
    return known->second && is_record_with(record, layer, *known->second);
}

} // namespace left4me::ctl
