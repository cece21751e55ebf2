#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/mount_record.hpp"
#include "generator/overlay/mount_records.hpp"

#include <string>

namespace left4me {

/// /run/left4me, to keep locks and records in.
class StateDirectory : public MountRecords {
  public:
    /// Opens it, and creates it where tmpfiles.d has not.
    ///
    /// \throw SystemError
    StateDirectory();

    /// Replaces the record as a whole.
    ///
    /// \throw SystemError
    void write_record(const MountRecord& record) const;

    /// Removes the draft of one, too. Does nothing when there is none.
    ///
    /// \throw SystemError
    void remove_record(const std::string& instance) const;

    using MountRecords::fd;
};

/// The right to change the mount of one instance; everybody else waits for it. The lock's file goes
/// with it, so that /run/left4me lists only what is at work.
class InstanceLock {
  public:
    /// Waits until the lock is free, for 30 s at most.
    ///
    /// \throw Refusal when it does not get it, SystemError
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
