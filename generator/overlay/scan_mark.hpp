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

    /// The attribute by which it is set, on the directory at path().
    static constexpr const char* attribute = "trusted.left4me.scanned";

    /// A path that leads to the opened directory for as long as that is open: descriptors opened
    /// with O_PATH take no attributes themselves.
    [[nodiscard]] const std::string& path() const { return m_path; }

    [[nodiscard]] const std::string& value() const { return m_value; }

  private:
    std::string m_path;
    std::string m_value;
};

} // namespace left4me
