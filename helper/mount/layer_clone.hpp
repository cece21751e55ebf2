#pragma once

#include "generator/host/file_descriptor.hpp"

#include <string>

namespace left4me {

/// A detached copy of the mount that `directory` is in, with `directory` as its root
/// (open_tree(2)). It vanishes with its descriptor, or with the namespace it is attached in.
///
/// \param path  the directory's path, for errors
/// \throw SystemError
[[nodiscard]] FileDescriptor clone_mount(int directory, const std::string& path);

/// A clone of a layer with the ids mapped by `user_namespace` (mount_setattr(2)).
///
/// \throw Refusal when the layer's file system cannot be idmapped, SystemError
[[nodiscard]] FileDescriptor clone_idmapped(int directory, int user_namespace,
                                            const std::string& path);

} // namespace left4me
