#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <string_view>

namespace left4me {

/// Where a generator's messages go: stderr when that is a terminal, a pipe or a file, so that a
/// person or a test sees them, otherwise the kernel log (/dev/kmsg), from which the journal takes
/// them. systemd connects a generator's output to nothing useful, and no other log runs that early.
class GeneratorLog {
  public:
    GeneratorLog();

    /// Writes one line. The kernel log is small and everybody's: it gets the first 32 KiB only,
    /// half of that for warnings.
    void write(Severity severity, std::string_view message);

    void write(const Diagnostics& diagnostics);

    /// Says how many messages the kernel log was spared, if any.
    void finish() const;

  private:
    void write_line(Severity severity, std::string_view message) const;

    FileDescriptor m_kernel_log;
    /// To the kernel log, in bytes.
    std::size_t m_written = 0;
    std::size_t m_left_out = 0;
};

} // namespace left4me
