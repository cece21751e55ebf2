#pragma once

#include "host/file_descriptor.hpp"
#include "units/instance_units.hpp"

#include <string>

namespace left4me {

/// The directory that systemd gives the generator, or the one of `--root`.
class OutputDirectory {
  public:
    /// \throw SystemError when it cannot be opened
    explicit OutputDirectory(std::string path);

    /// Creates the file or symlink and the directory it is in. What is there already is never
    /// overwritten, and a file appears under its name when it is complete.
    ///
    /// \throw SystemError
    void write(const UnitFile& file) const;

  private:
    void make_directory(const std::string& name) const;
    void write_file(const UnitFile& file) const;

    std::string m_path;
    FileDescriptor m_fd;
};

} // namespace left4me
