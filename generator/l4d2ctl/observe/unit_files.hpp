#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// Finds the files that have a say in `unit`, as systemd would find them after a reload: those in
/// its search path, with `generated` in the place of what the generator has left there.
///
/// \param generated  what the generator would write
/// \throw SystemError when the system is short of something
[[nodiscard]] UnitPieces find_unit_pieces(const HostTree& tree, const std::string& unit,
                                          const std::vector<UnitFile>& generated);

} // namespace left4me::ctl
