#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// What the kernel says of the control groups of the services in l4d2-game.slice (kernel:
/// cgroup-v2.rst). systemd reads the same, but to ask it for each of a thousand takes longer. Of a
/// service that an administrator has put into another slice nothing is known here.
class ServerCgroups {
  public:
    ServerCgroups();

    /// Whether the kernel counts memory at all.
    [[nodiscard]] bool count_memory() const { return m_count_memory; }

    /// \return bytes; nothing when it is not known
    [[nodiscard]] std::optional<std::uint64_t> memory_of(const std::string& instance) const;

    /// \return the process id, if the service has one process: that is its main process; nothing
    /// when it has more, or is not known
    [[nodiscard]] std::optional<std::uint64_t> only_process_of(const std::string& instance) const;

  private:
    [[nodiscard]] std::string read(const std::string& instance, const char* file) const;

    FileDescriptor m_slice;
    bool m_count_memory;
};

} // namespace left4me::ctl
