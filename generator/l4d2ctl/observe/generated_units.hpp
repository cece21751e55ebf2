#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

struct GeneratedUnits {
    /// What the generator has left, sorted by path.
    std::vector<UnitFile> files;
    /// Why it could not all be seen; empty when it could.
    std::vector<std::string> problems;
    /// Whether systemd has ever run generators here.
    bool exist = true;
};

/// Reads what the generator has left in /run/systemd/generator when it ran last.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] GeneratedUnits read_generated_units(const HostTree& tree);

} // namespace left4me::ctl
