#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// Finds the files that systemd would read for `unit` after a reload (systemd.unit(5)). In its
/// search path, `generated` stands in place of what the generator has left there.
///
/// \param unit       a name with its type
/// \param generated  what the generator would write for the instance
/// \return what cannot be read has a problem; directories that cannot be opened count as empty
/// \throw SystemError if the system is short of something, or a directory cannot be listed
[[nodiscard]] UnitPieces find_unit_pieces(const HostTree& tree, const std::string& unit,
                                          const std::vector<UnitFile>& generated);

} // namespace left4me::ctl
