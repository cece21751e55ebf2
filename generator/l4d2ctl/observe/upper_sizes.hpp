#pragma once

#include "host/host_tree.hpp"
#include "instance/host_configuration.hpp"
#include "plan/instance_status.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace left4me::ctl {

/// By instance.
using UpperSizes = std::map<std::string, UpperSize>;

/// Measures the upper layers of many servers.
///
/// \param chosen  the instances to look at, all when it is empty
/// \param most    files to look at, in all of them together; what comes after these is not
/// complete,
///                and nothing where nothing was looked at
/// \throw SystemError when the system is short of something
[[nodiscard]] UpperSizes measure_uppers(const HostTree& tree,
                                        const HostConfiguration& configuration,
                                        const std::set<std::string>& chosen, std::size_t most);

} // namespace left4me::ctl
