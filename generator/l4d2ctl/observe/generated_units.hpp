#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// What the generator wrote when systemd ran it last.
struct GeneratedUnits {
    /// Sorted by path.
    std::vector<UnitFile> files;
    /// Why some of it could not be read, one line each; empty if all of it could.
    std::vector<std::string> problems;
    /// Whether /run/systemd/generator exists: systemd has run generators.
    bool exist = true;
};

/// Reads what the generator has left in /run/systemd/generator and generator.late
/// (systemd.generator(7)). Other generators' files are left out.
///
/// \throw SystemError if the system is short of something, or a directory cannot be listed
[[nodiscard]] GeneratedUnits read_generated_units(const HostTree& tree);

} // namespace left4me::ctl
