#pragma once

#include <string>

namespace left4me {

/// What says that an upper was looked through and found clean: the attribute
/// `trusted.left4me.scanned` of its top directory, which only root can write. It holds the version
/// of the rules and what tells this directory from a copy made with attributes and all: its inode
/// and when it was made. What the server does to it changes neither: from a layer whose files bear
/// such marks they come up with the files, and mean nothing there.
///
/// It keeps an operator who comes from fuse-overlayfs from wrong contents. It is no boundary: the
/// owner of an upper can harm nothing but that upper.
class ScanMark {
  public:
    /// Notes how the directory is now, before it is looked through.
    ///
    /// \param upper  the opened directory, O_PATH will do
    /// \param path   of it, for errors
    /// \throw SystemError
    ScanMark(int upper, const std::string& path);

    [[nodiscard]] bool is_set() const;

    /// Does nothing where it cannot be written, as on a file system without such attributes: the
    /// directory is then looked through each time.
    void set() const;

  private:
    /// Descriptors opened with O_PATH take no attributes themselves.
    std::string m_directory;
    std::string m_value;
};

} // namespace left4me
