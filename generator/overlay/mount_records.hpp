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
/// worked on. Only root can look into it.
class MountRecords {
  public:
    static constexpr const char* directory = state_path;

    /// Opens it as it is: where there is none, nothing is recorded and nobody at work.
    ///
    /// \throw SystemError
    [[nodiscard]] static MountRecords open();

    /// open() for who may not be root.
    ///
    /// \return nothing when it may not be looked into
    /// \throw SystemError
    [[nodiscard]] static std::optional<MountRecords> open_if_permitted();

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

    /// The names of an instance's files in the directory.
    [[nodiscard]] static std::string record_file(const std::string& instance);
    [[nodiscard]] static std::string lock_file(const std::string& instance);

  protected:
    explicit MountRecords(FileDescriptor fd) : m_fd(std::move(fd)) {}

    /// Empty where there is none.
    [[nodiscard]] static FileDescriptor open_directory();

    [[nodiscard]] int fd() const { return m_fd.get(); }

  private:
    FileDescriptor m_fd;
};

} // namespace left4me
