#pragma once

#include "host/file_descriptor.hpp"
#include "instance/diagnostic.hpp"

#include <string_view>

namespace left4me {

/// Where a generator's messages go: stderr when that is a terminal or a pipe, so that a person or a
/// test sees them, otherwise the kernel log (/dev/kmsg), from which the journal takes them. systemd
/// connects a generator's output to nothing useful, and no other log runs that early.
class GeneratorLog {
  public:
    GeneratorLog();

    void write(Severity severity, std::string_view message) const;

    void write(const Diagnostics& diagnostics) const;

  private:
    FileDescriptor m_kernel_log;
};

} // namespace left4me
