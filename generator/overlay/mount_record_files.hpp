#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/mount_record.hpp"
#include "generator/units/run_paths.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace left4me {

/// /run/left4me as it is found: a lock and a record for every instance that is mounted or being
/// worked on. Only root can look into it. It owns the descriptor of the directory and cannot be
/// copied.
class MountRecords {
  public:
    static constexpr const char* directory = state_path;

    /// Opens the directory as it is. If there is none, nothing is recorded and nobody at work.
    ///
    /// \throw SystemError (open) if it exists and cannot be opened
    [[nodiscard]] static MountRecords open();

    /// Opens the directory as open() does, for a caller that may not be root.
    ///
    /// \return nothing if it may not be looked into (EACCES)
    /// \throw SystemError (open) if it cannot be opened for another reason
    [[nodiscard]] static std::optional<MountRecords> open_if_permitted();

    /// Returns the names of the instances that have a record, whatever is in it.
    ///
    /// \throw SystemError (open, readdir)
    [[nodiscard]] std::set<std::string> recorded_instances() const;

    /// Whether somebody holds the instance's lock (flock(2)). It waits for nobody, and creates
    /// nothing.
    ///
    /// \throw SystemError (open, flock)
    [[nodiscard]] bool is_locked(const std::string& instance) const;

    /// Returns the record of an instance; nothing if there is none that parse_record() understands.
    ///
    /// \throw SystemError as read_record_text()
    [[nodiscard]] std::optional<MountRecord> read_record(const std::string& instance) const;

    /// Returns the text of the record, for parse_record(); nothing if there is none, or it is not a
    /// regular file, or is larger than 1 MiB.
    ///
    /// \throw SystemError (open, read) if it cannot be read, which tells nothing of what is mounted
    [[nodiscard]] std::optional<std::string> read_record_text(const std::string& instance) const;

    /// Returns the path of the record, for messages.
    [[nodiscard]] static std::string record_path(const std::string& instance);

    /// Returns the name of the instance's record in the directory.
    [[nodiscard]] static std::string record_file(const std::string& instance);

    /// Returns the name of the instance's lock in the directory.
    [[nodiscard]] static std::string lock_file(const std::string& instance);

  protected:
    /// \param fd  the opened directory, or empty if there is none
    explicit MountRecords(FileDescriptor fd) : m_fd(std::move(fd)) {}

    /// Returns an empty descriptor on failure, with errno set: ENOENT if there is no directory.
    [[nodiscard]] static FileDescriptor open_directory();

    /// Returns the descriptor of the directory, negative if there is none; it stays owned.
    [[nodiscard]] int fd() const { return m_fd.get(); }

  private:
    FileDescriptor m_fd;
};

} // namespace left4me
