#pragma once

#include "host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// What the kernel counts for the services in l4d2-game.slice (kernel: cgroup-v2.rst,
/// "memory.current"). systemd reads the same, but to ask it for each of a thousand takes longer.
class MemoryCounters {
  public:
    MemoryCounters();

    /// Whether the kernel counts at all.
    [[nodiscard]] bool exist() const { return m_exist; }

    /// \return bytes; nothing when the service is not in that slice: an administrator may have put
    /// it into another
    [[nodiscard]] std::optional<std::uint64_t> read(const std::string& instance) const;

  private:
    FileDescriptor m_slice;
    bool m_exist;
};

} // namespace left4me::ctl
