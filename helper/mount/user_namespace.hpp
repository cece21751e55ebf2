#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/overlay/id_map.hpp"

namespace left4me {

/// Makes a user namespace with the given maps (user_namespaces(7)), for MOUNT_ATTR_IDMAP of
/// mount_setattr(2). No process is in it when this returns: it lives as long as the descriptor, and
/// what was idmapped with it.
///
/// \return the namespace, opened
/// \throw SystemError if clone3(2) fails, the kernel does not take a map, or another call fails
[[nodiscard]] FileDescriptor make_user_namespace(const IdMap& uids, const IdMap& gids);

} // namespace left4me
