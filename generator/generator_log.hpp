#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <string_view>

namespace left4me {

/// Where a generator's messages go: stderr if that is a terminal, a pipe or a file, so that a
/// person or a test sees them. Otherwise they go to the kernel log (/dev/kmsg), from which the
/// journal takes them. systemd connects a generator's output to nothing useful, and no other log
/// runs that early.
///
/// It owns the descriptor of the kernel log and cannot be copied. A message that cannot be written
/// is lost: nothing here throws.
class GeneratorLog {
  public:
    /// Chooses the place; stderr if the kernel log cannot be opened.
    GeneratorLog();

    /// Writes one line, with control characters escaped. The kernel log is small and everybody's:
    /// it gets 900 bytes of a message and 32 KiB of all, and no warning after half of that.
    void write(Severity severity, std::string_view message);

    /// Writes each diagnostic, as to_string() puts it.
    void write(const Diagnostics& diagnostics);

    /// Says how many messages the kernel log was spared, if any; to be called last.
    void finish() const;

  private:
    void write_line(Severity severity, std::string_view message) const;

    FileDescriptor m_kernel_log;
    /// To the kernel log, in bytes.
    std::size_t m_written = 0;
    std::size_t m_left_out = 0;
};

} // namespace left4me
