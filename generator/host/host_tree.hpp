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
/// inside of it; even an absolute symlink does not lead out (openat2(2), RESOLVE_IN_ROOT). It owns
/// the descriptor of that directory and cannot be copied.
class HostTree {
  public:
    /// \throw SystemError (open, `directory`) if it cannot be opened
    explicit HostTree(const std::string& directory);

    /// Opens what the administrator named: symlinks are followed, inside the tree.
    ///
    /// \param path   absolute
    /// \param flags  as for open(2); O_CLOEXEC is added
    /// \return an empty descriptor on failure, with errno set
    [[nodiscard]] FileDescriptor open(const std::string& path, int flags) const;

    /// Opens as open() does, except that a symlink anywhere in `path` fails with ELOOP.
    [[nodiscard]] FileDescriptor open_without_symlinks(const std::string& path, int flags) const;

  private:
    FileDescriptor m_directory;
};

/// Calls `visit` for the entries of a directory except `.` and `..`, in no order, until it returns
/// false.
///
/// \param directory  opened for reading; closed at the end
/// \param path       of it, for errors
/// \param visit      gets the same directory, still open, and one of its entries
/// \return false if `visit` did, otherwise true
/// \throw SystemError (fdopendir, readdir), and what `visit` throws
bool read_entries(FileDescriptor directory, const std::string& path,
                  const std::function<bool(int directory, const dirent& entry)>& visit);

/// Calls `visit` for at most `most` names in a directory, in no order, without `.` and `..`.
///
/// \param fd    the opened directory, O_PATH will do; it is opened anew for this
/// \param path  of it, for errors
/// \return whether those were all
/// \throw SystemError (open, fdopendir, readdir), and what `visit` throws
bool for_each_entry(int fd, const std::string& path, std::size_t most,
                    const std::function<void(std::string_view)>& visit);

/// Returns all names in a directory, sorted by byte, without `.` and `..`; otherwise as
/// for_each_entry().
[[nodiscard]] std::vector<std::string> list_directory(int fd, const std::string& path);

} // namespace left4me
