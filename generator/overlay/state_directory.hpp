#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/mount_record.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace left4me {

/// /run/left4me: a lock and a record for every instance that is mounted or being worked on. Only
/// root can look into it.
class StateDirectory {
  public:
    /// Opens it, and creates it where tmpfiles.d has not.
    ///
    /// \throw SystemError
    StateDirectory();

    /// Opens it as it is: where there is none, nothing is recorded and nobody at work.
    ///
    /// \throw SystemError
    [[nodiscard]] static StateDirectory open_existing();

    /// open_existing() for who may not be root.
    ///
    /// \return nothing when it may not be looked into
    /// \throw SystemError
    [[nodiscard]] static std::optional<StateDirectory> open_if_permitted();

    [[nodiscard]] int fd() const { return m_fd.get(); }

    /// The instances that have a record, whatever is in it.
    ///
    /// \throw SystemError
    [[nodiscard]] std::set<std::string> recorded_instances() const;

    /// Whether somebody holds the instance's lock. Waits for nobody, and creates nothing.
    ///
    /// \throw SystemError
    [[nodiscard]] bool is_locked(const std::string& instance) const;

    /// \return nothing when there is no record, or none that this version understands
    /// \throw SystemError when it cannot be read, which tells nothing of what is mounted
    [[nodiscard]] std::optional<MountRecord> read_record(const std::string& instance) const;

    /// The text of the record, for parse_record().
    ///
    /// \return nothing when there is none
    /// \throw SystemError
    [[nodiscard]] std::optional<std::string> read_record_text(const std::string& instance) const;

    /// Where the record is, for messages.
    [[nodiscard]] static std::string record_path(const std::string& instance);

    /// Replaces the record as a whole.
    ///
    /// \throw SystemError
    void write_record(const MountRecord& record) const;

    /// Removes the draft of one, too. Does nothing when there is none.
    ///
    /// \throw SystemError
    void remove_record(const std::string& instance) const;

  private:
    explicit StateDirectory(FileDescriptor fd) : m_fd(std::move(fd)) {}

    FileDescriptor m_fd;
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
