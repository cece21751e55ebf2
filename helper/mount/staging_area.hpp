#pragma once

#include "generator/host/file_descriptor.hpp"

#include <string>

namespace left4me {

/// A mount namespace of this process's own that holds a tmpfs, /proc and what is put there, and
/// nothing else: no copy of another instance's overlay is kept alive by it. It ends with this
/// object, or with the process.
///
/// The root directory and the working directory are the tmpfs's while it exists, and the
/// descriptors opened before belong to mounts that the calls of the new namespace do not take.
class StagingArea {
  public:
    /// Enters the namespace.
    ///
    /// \throw SystemError
    StagingArea();

    /// Goes back if leave() has not.
    ~StagingArea();

    StagingArea(const StagingArea&) = delete;
    StagingArea& operator=(const StagingArea&) = delete;
    StagingArea(StagingArea&&) = delete;
    StagingArea& operator=(StagingArea&&) = delete;

    /// Makes the directory `name` and attaches a detached mount to it.
    ///
    /// \param path  what the mount is a clone of, for errors
    /// \throw SystemError
    void attach(int mount, const std::string& name, const std::string& path) const;

    /// Goes back to the namespace it came from.
    ///
    /// \throw SystemError
    void leave();

  private:
    FileDescriptor m_home;
    /// The tmpfs.
    FileDescriptor m_root;
};

} // namespace left4me
