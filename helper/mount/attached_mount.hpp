#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <string>

namespace left4me {

/// A mount where it was attached a moment ago, whatever root calls that directory by now.
class AttachedMount {
  public:
    /// Attaches a detached mount to a directory (move_mount(2)). Keeps no descriptor of the mount,
    /// which would keep it busy.
    ///
    /// \param target  the directory, opened with O_PATH
    /// \param path    of `target`, for errors
    /// \throw SystemError
    AttachedMount(FileDescriptor mount, FileDescriptor target, std::string path);

    /// statx(2)'s STATX_MNT_ID.
    [[nodiscard]] std::uint64_t mount_id() const { return m_mount_id; }

    /// Makes it read-only and unmounts it, if it is still there.
    ///
    /// \return false when somebody has a file of it open for writing already
    /// \throw SystemError
    [[nodiscard]] bool unmount() const;

  private:
    FileDescriptor m_target;
    std::string m_path;
    std::uint64_t m_mount_id;
};

} // namespace left4me
