#include "generator/overlay/merged_mount.hpp"

#include "generator/host/file_descriptor.hpp"
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

/// \return nothing when there is no such file
std::optional<std::uint64_t> mount_id_of(int directory, const char* name, int flags,
                                         const std::string& path) {
    struct statx status = {};
    if (::statx(directory, name, flags | AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) == 0)
        return status.stx_mnt_id;
    if (errno == ENOENT)
        return std::nullopt;
    throw SystemError("statx", path, errno);
}

/// \param path  of the entry, for errors
/// \return nothing when nothing is mounted on the entry `name`
std::optional<std::uint64_t> find_mount_id(int parent, const std::string& name,
                                           const std::string& path) {
    const auto of_parent = mount_id_of(parent, "", AT_EMPTY_PATH, path);
    const auto of_entry = mount_id_of(parent, name.c_str(), AT_SYMLINK_NOFOLLOW, path);
    return of_entry == of_parent ? std::nullopt : of_entry;
}

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
    const FileDescriptor fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd)
        throw SystemError("open", path, errno);
    auto text = read_up_to(fd.get(), no_limit);
    if (!text)
        throw SystemError("read", path, errno);
    return *std::move(text);
}

MergedMount inspect_merged(int parent, const std::string& instance, const std::string& path) {
    const auto mount_id = find_mount_id(parent, "merged", path + "/merged");
    return mount_id ? identify(*mount_id, instance, read_mount_table())
                    : MergedMount{MergedMount::State::nothing, {}, 0};
}

MergedMount inspect_merged(int parent, const std::string& instance, const std::string& path,
                           std::string_view mount_table) {
    const auto mount_id = find_mount_id(parent, "merged", path + "/merged");
    return mount_id ? identify(*mount_id, instance, mount_table)
                    : MergedMount{MergedMount::State::nothing, {}, 0};
}

std::optional<std::string> find_overlay_of(const std::string& instance,
                                           std::string_view mount_table) {
    return find_overlay(mount_table, overlay_source(instance));
}

} // namespace left4me
