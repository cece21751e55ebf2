#pragma once

#include "host/file_descriptor.hpp"

#include <string>

namespace left4me {

/// A detached copy of the mount that `directory` is in, with `directory` as its root and the ids
/// mapped by `user_namespace` (open_tree(2), mount_setattr(2)). It vanishes with its descriptor.
///
/// \param path  the directory's path, for errors
/// \throw SystemError
[[nodiscard]] FileDescriptor clone_idmapped(int directory, int user_namespace,
                                            const std::string& path);

/// An overlay file system while it is being configured (fsopen(2)). Nothing is attached anywhere
/// before attach(), and everything vanishes with the object until then.
class OverlayContext {
  public:
    /// \throw SystemError
    explicit OverlayContext(const std::string& source);

    /// \throw SystemError
    void set(const char* key, const char* value);

    /// Passes a directory by descriptor. A detached mount's has to stay open until create().
    ///
    /// \param path  its path, for errors
    /// \throw VerbFailure when the kernel is too old for it, SystemError
    void set(const char* key, int directory, const std::string& path);

    /// Creates the file system and a detached mount of it, nosuid and nodev.
    ///
    /// \throw SystemError
    [[nodiscard]] FileDescriptor create();

  private:
    FileDescriptor m_context;
};

/// Attaches a detached mount to the directory `target` (move_mount(2)).
///
/// \param path  the target's path, for errors
/// \throw SystemError
void attach_mount(int mount, int target, const std::string& path);

} // namespace left4me
