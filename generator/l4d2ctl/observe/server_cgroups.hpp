#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// What the kernel says of the control groups of the services in l4d2-game.slice (kernel:
/// cgroup-v2.rst). systemd reads the same, and each question to it takes 60 µs. Of a service that
/// an administrator has put into another slice nothing is known here.
class ServerCgroups {
  public:
    ServerCgroups();

    /// Whether the kernel counts memory at all.
    [[nodiscard]] bool count_memory() const { return m_count_memory; }

    /// \return bytes; nothing when it is not known
    [[nodiscard]] std::optional<std::uint64_t> memory_of(const std::string& instance) const;

    /// \return the process id of the one whose parent is not in the group, as systemd is not;
    ///         nothing when there is none, or more than one, or one of another PID namespace
    [[nodiscard]] std::optional<std::uint64_t> main_process_of(const std::string& instance) const;

  private:
    /// "" where it cannot be read.
    [[nodiscard]] std::string read(const std::string& instance, const char* file) const;

    FileDescriptor m_slice;
    bool m_count_memory;
};

} // namespace left4me::ctl
