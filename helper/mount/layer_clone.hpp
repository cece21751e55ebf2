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

/// Opens upper or work once more, in a clone of runtime/NAME.
///
/// \param clone        from clone_mount()
/// \param opened       the same directory, opened where the instance's directories are
/// \param parent_path  of runtime/NAME, for errors
/// \throw Refusal when another one is there by now, SystemError
[[nodiscard]] FileDescriptor open_in_clone(int clone, const std::string& name, int opened,
                                           const std::string& parent_path);

} // namespace left4me
