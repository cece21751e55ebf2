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
