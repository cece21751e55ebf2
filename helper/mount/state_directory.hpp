#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/mount_record.hpp"
#include "generator/overlay/mount_record_files.hpp"

#include <string>

namespace left4me {

/// /run/left4me, to keep locks and records in. Owns its descriptor and can be moved, not copied.
class StateDirectory : public MountRecords {
  public:
    /// Opens the directory, and creates it if tmpfiles.d(5) has not.
    ///
    /// \throw SystemError if it cannot be made or opened
    StateDirectory();

    /// Replaces the record of the plan's instance as a whole (rename(2)).
    ///
    /// \throw SystemError if it cannot be written; the one before is then still there
    void write_record(const MountRecord& record) const;

    /// Removes the record of an instance, and a draft of one. Does nothing if there is none.
    ///
    /// \throw SystemError if unlinkat(2) fails
    void remove_record(const std::string& instance) const;

    using MountRecords::fd;
};

/// The right to change the mount of one instance, as long as it exists (flock(2)); others wait for
/// it. Its end removes the lock's file, so that /run/left4me lists only what is at work.
class InstanceLock {
  public:
    /// Waits until the lock is free, for 30 s at most.
    ///
    /// \param directory  has to outlive the lock
    /// \throw Refusal (busy) if it is not free by then; SystemError if its file cannot be made,
    ///        locked or looked at
    InstanceLock(const StateDirectory& directory, const std::string& instance);
    ~InstanceLock();

    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;
    InstanceLock(InstanceLock&&) = delete;
    InstanceLock& operator=(InstanceLock&&) = delete;

  private:
    [[nodiscard]] bool try_lock();

    int m_directory;
    std::string m_file;
    FileDescriptor m_fd;
};

} // namespace left4me
