#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// What the kernel says of the control groups of the services in l4d2-game.slice (kernel:
/// Documentation/admin-guide/cgroup-v2.rst). systemd reads the same, and each question to it takes
/// 60 µs. A service that an administrator has put into another slice is not known here. Owns a
/// descriptor of the slice and can be moved, not copied.
class ServerCgroups {
  public:
    /// Opens the slice. It need not exist: then nothing is known.
    ServerCgroups();

    /// Whether the kernel counts memory in the slice; true also if the slice does not exist.
    [[nodiscard]] bool count_memory() const { return m_count_memory; }

    /// \return memory.current in bytes; nullopt if it is not known
    [[nodiscard]] std::optional<std::uint64_t> memory_of(const std::string& instance) const;

    /// Finds the process whose parent is not in the group, as systemd is not.
    ///
    /// \return its id; nullopt if there is none, several, or a process of another PID namespace
    [[nodiscard]] std::optional<std::uint64_t> main_process_of(const std::string& instance) const;

  private:
    /// "" where it cannot be read.
    [[nodiscard]] std::string read(const std::string& instance, const char* file) const;

    FileDescriptor m_slice;
    bool m_count_memory;
};

} // namespace left4me::ctl
