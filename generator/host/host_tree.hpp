#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstddef>
#include <dirent.h>
#include <functional>
#include <string>
#include <string_view>
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

    /// open() that fails with ELOOP where it would follow a symlink.
    [[nodiscard]] FileDescriptor open_without_symlinks(const std::string& path, int flags) const;

  private:
    FileDescriptor m_directory;
};

/// Calls `visit` for the entries of a directory other than `.` and `..`, in no order, with the
/// directory itself, until it returns false.
///
/// \param path  of the directory, for errors
/// \return whether it never did
/// \throw SystemError, and what `visit` throws
bool read_entries(FileDescriptor directory, const std::string& path,
                  const std::function<bool(int directory, const dirent& entry)>& visit);

/// Calls `visit` for the names in the directory `fd` other than `.` and `..`, in no order, but for
/// `most` of them at most.
///
/// \param path  the directory's path, for errors
/// \return whether those were all
/// \throw SystemError
bool for_each_entry(int fd, const std::string& path, std::size_t most,
                    const std::function<void(std::string_view)>& visit);

/// The names in the directory `fd` other than `.` and `..`, sorted by byte.
///
/// \param path  the directory's path, for errors
/// \throw SystemError
[[nodiscard]] std::vector<std::string> list_directory(int fd, const std::string& path);

} // namespace left4me
