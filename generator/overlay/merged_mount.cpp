#include "generator/overlay/merged_mount.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_table.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

MergedMount identify(std::uint64_t mount_id, const std::string& instance,
                     std::string_view mount_table) {
    const auto entry = find_mount(mount_table, mount_id);
    if (!entry)
        return {MergedMount::State::foreign, "a mount that the mount table does not show",
                mount_id};
    const bool ours = entry->type == "overlay" && entry->source == overlay_source(instance);
    return {ours ? MergedMount::State::ours : MergedMount::State::foreign,
            fmt::format("{} from {}", entry->type, one_line(entry->source)), mount_id,
            entry->device, entry->read_only};
}

} // namespace

std::string read_mount_table() {
    constexpr const char* path = "/proc/self/mountinfo";
    const FileDescriptor fd(checked(::open(path, O_RDONLY | O_CLOEXEC), "open", path));
    auto text = read_up_to(fd.get(), no_limit);
    if (!text)
        throw SystemError("read", path, errno);
    return *std::move(text);
}

MergedMount inspect_merged(int parent, const std::string& instance, const std::string& path,
                           std::optional<std::string_view> mount_table) {
    struct statx merged = {};
    if (checked(
            ::statx(parent, "merged", AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_MNT_ID, &merged),
            "statx", path + "/merged", {ENOENT}) != 0 ||
        merged.stx_mnt_id == mount_id_of(parent, path))
        return {};
    return identify(merged.stx_mnt_id, instance, mount_table ? *mount_table : read_mount_table());
}

} // namespace left4me
