#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace left4me {

/// Returns what fstat(2) says of an open file.
///
/// \param fd    O_PATH will do
/// \param path  of it, for errors
/// \throw SystemError (fstat, `path`)
[[nodiscard]] struct stat status_of(int fd, std::string_view path);

/// Returns what statx(2) says of an open file.
///
/// \param fd    O_PATH will do
/// \param mask  STATX_*
/// \param path  of it, for errors
/// \throw SystemError (statx, `path`)
[[nodiscard]] struct statx status_of(int fd, unsigned mask, std::string_view path);

/// Returns the id of the mount that an open file was found through, as the mount table has it:
/// statx(2)'s STATX_MNT_ID.
///
/// \param fd    O_PATH will do
/// \param path  of it, for errors
/// \throw SystemError (statx, `path`)
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

/// Returns the mount and file system of a file. It asks nobody who might not answer, such as the
/// server of a network file system (statx(2), AT_STATX_DONT_SYNC).
///
/// \param directory  opened, or AT_FDCWD
/// \param path       "" for `directory` itself, with AT_EMPTY_PATH
/// \param flags      AT_* of statx(2)
/// \return nothing if there is no such file or it cannot be looked at, with errno set
[[nodiscard]] std::optional<MountPlace> place_of(int directory, const char* path, int flags);

/// Whether the file that statx(2) says this of is the root of a mount.
[[nodiscard]] constexpr bool is_mount_root(const struct statx& status) {
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// Returns where a symlink leads, by readlinkat(2).
///
/// \param directory  opened; with "", the symlink itself, opened with O_PATH and O_NOFOLLOW
/// \param name       in that directory, or ""
/// \return nothing on failure, with errno set. If it is not a symlink that is EINVAL, and ENOENT
///         for "".
[[nodiscard]] std::optional<std::string> read_link(int directory, const char* name);

} // namespace left4me
