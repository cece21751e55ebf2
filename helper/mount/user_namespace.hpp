#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/id_map.hpp"

namespace left4me {

/// Makes a user namespace with the given maps, for MOUNT_ATTR_IDMAP of mount_setattr(2). No process
/// is in it when this returns.
///
/// \throw SystemError
[[nodiscard]] FileDescriptor make_user_namespace(const IdMap& uids, const IdMap& gids);

} // namespace left4me
