#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <string>

namespace left4me {

/// A mount where it was attached a moment ago, whatever root calls that directory by now. Owns the
/// descriptor of the directory and can be moved, not copied. The mount outlives it.
class AttachedMount {
  public:
    /// Attaches a detached mount to a directory (move_mount(2)). Keeps no descriptor of the mount,
    /// which would keep it busy.
    ///
    /// \param mount   the root of the mount
    /// \param target  the directory, opened with O_PATH
    /// \param path    of `target`, for errors
    /// \throw SystemError if statx(2) or move_mount(2) fails; the mount is then gone
    AttachedMount(FileDescriptor mount, FileDescriptor target, std::string path);

    /// statx(2)'s STATX_MNT_ID.
    [[nodiscard]] std::uint64_t mount_id() const { return m_mount_id; }

    /// Makes it read-only and unmounts it, if it is still there. Changes the working directory.
    ///
    /// \return false if somebody has a file of it open for writing: it is then mounted as before
    /// \throw SystemError if it cannot be opened, made read-only or unmounted for another reason
    [[nodiscard]] bool unmount() const;

  private:
    FileDescriptor m_target;
    std::string m_path;
    std::uint64_t m_mount_id;
};

} // namespace left4me
