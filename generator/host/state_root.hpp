#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"

#include <string>

namespace left4me {

/// Resolves the symlinks of the state root, which generator and helper have to do alike: systemd
/// takes none in the path of a mount unit. One that an unprivileged user could replace is refused,
/// and so is one that leads to a path no unit file can hold.
///
/// \param named  absolute and normalised
/// \throw SystemError when the system is short of something
[[nodiscard]] StateRoot find_state_root(const HostTree& tree, const std::string& named);

} // namespace left4me
