#pragma once

#include "instance/instance.hpp"

#include <vector>

namespace left4me {

/// A warning for every instance whose port another one has too: only one of them can run, and the
/// other's start fails, since servers are told to take their own port or none (-strictportbind).
///
/// \return in the order of `instances`
[[nodiscard]] Diagnostics find_port_conflicts(const std::vector<const Instance*>& instances);

} // namespace left4me
