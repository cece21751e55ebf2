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
/// \param chosen  the instances to look at; all if it is empty
/// \param most    files to look at in all of them together; each gets its share and what others
///                have left. Nullopt: all files
/// \return sizes that are not complete where a share did not suffice, and all 0 if the shares are
///         too small to be of use; without an instance that has no upper, or an unreadable one
/// \throw SystemError if the system is short of something, or ROOT/runtime cannot be listed
[[nodiscard]] UpperSizes measure_uppers(const HostTree& tree,
                                        const HostConfiguration& configuration,
                                        const std::set<std::string>& chosen,
                                        std::optional<std::size_t> most);

} // namespace left4me::ctl
