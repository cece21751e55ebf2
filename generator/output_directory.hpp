#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/units/instance_units.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace left4me {

/// A directory that systemd gives the generator, or the one named behind `--root`. It owns the
/// descriptor of the directory and cannot be copied.
class OutputDirectory {
  public:
    /// \param path  of a directory that exists
    /// \throw SystemError if it cannot be opened
    explicit OutputDirectory(std::string path);

    /// Creates the file or symlink and the directory it is in. What is there already is never
    /// overwritten, and a file that cannot be written completely is removed again. systemd looks at
    /// the directory after the generator has ended (systemd.generator(7)).
    ///
    /// \throw SystemError if something has that name already (EEXIST) or a call fails
    void write(const UnitFile& file);

  private:
    void make_directory(std::string_view name);
    void write_file(const UnitFile& file) const;
    [[noreturn]] void fail(const char* call, std::string_view path, int error) const;

    std::string m_path;
    FileDescriptor m_fd;
    /// Those made so far.
    std::set<std::string, std::less<>> m_made;
};

} // namespace left4me
