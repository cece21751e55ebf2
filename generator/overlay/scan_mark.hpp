#pragma once

#include <string>

namespace left4me {

/// The mark of an upper that was looked through and found clean: the attribute
/// `trusted.left4me.scanned` of its top directory, which only root can write (xattr(7)).
///
/// It holds the version of the rules, and the directory's inode and time of making, which tell it
/// from a copy made with attributes and all. The server can change neither. Marks on the files of a
/// layer come up with the files, and mean nothing there.
///
/// It keeps an operator who comes from fuse-overlayfs from wrong contents. It is not a boundary:
/// the owner of an upper can harm nothing except that upper. It may be copied.
class ScanMark {
  public:
    /// Notes how the directory is now, before it is looked through.
    ///
    /// \param upper  the opened directory, O_PATH will do; it has to outlive this
    /// \param path   of it, for errors
    /// \throw SystemError (statx)
    ScanMark(int upper, const std::string& path);

    /// Whether the directory has the attribute with this value; false if it cannot be read, as
    /// without CAP_SYS_ADMIN.
    [[nodiscard]] bool is_set() const;

    /// The attribute by which it is set, on the directory at path().
    static constexpr const char* attribute = "trusted.left4me.scanned";

    /// Returns a path that leads to the opened directory for as long as that is open: descriptors
    /// opened with O_PATH take no attributes themselves.
    [[nodiscard]] const std::string& path() const { return m_path; }

    /// Returns the value of the attribute by which it is set.
    [[nodiscard]] const std::string& value() const { return m_value; }

  private:
    std::string m_path;
    std::string m_value;
};

} // namespace left4me
