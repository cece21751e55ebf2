#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string>

namespace left4me {

/// Whether a server could write nothing to its upper, since that lies on a file system without
/// space or inodes for users.
///
/// \param upper  opened, O_PATH will do; -1 where there is none
/// \param path   of it, for the message
/// \return nothing when it could, or that cannot be asked
[[nodiscard]] std::optional<Complaint> objection_to_full_upper(int upper, const std::string& path);

/// The same of one that is not opened.
[[nodiscard]] std::optional<Complaint> objection_to_full_upper(const HostTree& tree,
                                                               const std::string& path);

} // namespace left4me
