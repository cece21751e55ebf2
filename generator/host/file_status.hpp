#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace left4me {

/// fstat(2).
///
/// \param path  for errors
/// \throw SystemError
[[nodiscard]] struct stat status_of(int fd, std::string_view path);

/// statx(2) of what is open, O_PATH will do.
///
/// \param mask  STATX_*
/// \param path  for errors
/// \throw SystemError
[[nodiscard]] struct statx status_of(int fd, unsigned mask, std::string_view path);

/// The id of the mount that what is open was found through, as the mount table has it.
///
/// \param path  for errors
/// \throw SystemError
[[nodiscard]] inline std::uint64_t mount_id_of(int fd, std::string_view path) {
    return status_of(fd, STATX_MNT_ID, path).stx_mnt_id;
}

/// The mount that a file was found through, and its file system.
struct MountPlace {
    /// statx(2)'s STATX_MNT_ID.
    std::uint64_t mount_id = 0;
    /// As the mount table has it: MAJOR:MINOR.
    std::string device;
};

/// Asks nobody who might not answer, such as the server of a network file system.
///
/// \param flags  AT_* of statx(2)
/// \return nothing when there is no such file
[[nodiscard]] std::optional<MountPlace> place_of(int directory, const char* path, int flags);

/// Whether something is mounted there, and this is its root.
[[nodiscard]] constexpr bool is_mount_root(const struct statx& status) {
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// Where a symlink leads, by readlinkat(2).
///
/// \param name  in that directory; "" for the symlink that is opened itself
/// \return nothing on failure, with errno set: EINVAL or, for "", ENOENT where it is no symlink
[[nodiscard]] std::optional<std::string> read_link(int directory, const char* name);

} // namespace left4me
