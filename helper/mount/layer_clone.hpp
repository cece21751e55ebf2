#pragma once

#include "generator/host/file_descriptor.hpp"

#include <string>

namespace left4me {

/// Makes a detached copy of the mount that `directory` is in, with `directory` as its root
/// (open_tree(2)), without the mounts below. It vanishes with its descriptor, or with the namespace
/// it is attached in.
///
/// \param directory  opened; O_PATH will do
/// \param path       of the directory, for errors
/// \throw SystemError if open_tree(2) fails
[[nodiscard]] FileDescriptor clone_mount(int directory, const std::string& path);

/// Makes a clone of a layer that maps ids (mount_setattr(2), MOUNT_ATTR_IDMAP).
///
/// \param directory       of the layer, opened; O_PATH will do
/// \param user_namespace  with the maps, from make_user_namespace()
/// \param path            of the layer, for errors
/// \throw Refusal (policy) if its mount is idmapped already, or its file system cannot be
/// \throw SystemError if open_tree(2) or mount_setattr(2) fails for another reason
[[nodiscard]] FileDescriptor clone_idmapped(int directory, int user_namespace,
                                            const std::string& path);

/// Opens upper or work once more, in a clone of runtime/NAME.
///
/// \param clone        from clone_mount()
/// \param name         `upper` or `work`
/// \param opened       the same directory, opened where the instance's directories are
/// \param parent_path  of runtime/NAME, for errors
/// \throw Refusal (busy) if another one is there by now; SystemError if it cannot be opened
[[nodiscard]] FileDescriptor open_in_clone(int clone, const std::string& name, int opened,
                                           const std::string& parent_path);

} // namespace left4me
