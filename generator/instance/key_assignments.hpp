#pragma once

#include "generator/instance/env_file.hpp"
#include "generator/text/diagnostic.hpp"

#include <map>
#include <string_view>
#include <vector>

namespace left4me {

/// What a file assigns, by known key: the last assignment of each.
using KeyAssignments = std::map<std::string_view, const Assignment*>;

/// Chooses the assignments that count, as systemd does, and warns of the others: those of unknown
/// keys, and those that a later one replaces.
///
/// \param assignments  in their order; what is returned points into them
[[nodiscard]] KeyAssignments choose_assignments(const std::vector<Assignment>& assignments,
                                                DiagnosticCollector& diagnostics);

} // namespace left4me
