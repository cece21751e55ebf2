#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/overlay/instance_status.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace left4me::ctl {

/// By instance.
using UpperSizes = std::map<std::string, UpperSize>;

/// Measures the upper layers of many servers.
///
/// \param chosen  the instances to look at, all when it is empty
/// \param most    files to look at in all of them together, of which each gets its share and what
///                others have left; what is beyond that is not measured, and where a share is
///                too small to be of use, nothing is. Nothing: everything is measured
/// \throw SystemError when the system is short of something
[[nodiscard]] UpperSizes measure_uppers(const HostTree& tree,
                                        const HostConfiguration& configuration,
                                        const std::set<std::string>& chosen,
                                        std::optional<std::size_t> most);

} // namespace left4me::ctl
