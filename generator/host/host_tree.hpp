#pragma once

#include "host/file_descriptor.hpp"

#include <string>
#include <vector>

namespace left4me {

/// The file system the product works on: `/`, or a directory that stands for it. Paths are those
/// inside of it; even an absolute symlink does not lead out.
class HostTree {
  public:
    /// \throw SystemError when `directory` cannot be opened
    explicit HostTree(const std::string& directory);

    /// Opens what the administrator named: symlinks are followed, inside the tree.
    ///
    /// \param path  absolute
    /// \return an empty descriptor on failure, with errno set
    [[nodiscard]] FileDescriptor open(const std::string& path, int flags) const;

  private:
    FileDescriptor m_directory;
};

/// The names in the directory `fd` other than `.` and `..`, sorted by byte.
///
/// \param path  the directory's path, for errors
/// \throw SystemError
[[nodiscard]] std::vector<std::string> list_directory(int fd, const std::string& path);

} // namespace left4me
