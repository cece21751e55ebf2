#pragma once

#include "host/host_tree.hpp"
#include "instance/host_configuration.hpp"
#include "instance/instance.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// Reads the instance.env of one instance, from the first instance directory that has one. It is
/// somebody else's file: no symlink in NAME or instance.env is followed, nothing is waited for, and
/// at most 64 KiB are read. An instance.env that cannot be read is an error with that file, not a
/// missing one.
///
/// \param name  a valid instance name
/// \return nothing when no directory has an instance.env for it
[[nodiscard]] std::optional<InstanceReading> find_instance(const HostTree& tree,
                                                           const HostConfiguration& configuration,
                                                           const std::string& name);

struct InstanceListing {
    /// Valid names that at least one instance directory has, sorted by byte.
    std::vector<std::string> names;
    /// Entries that are no instances, and directories that cannot be listed.
    Diagnostics diagnostics;
};

[[nodiscard]] InstanceListing list_instances(const HostTree& tree,
                                             const HostConfiguration& configuration);

} // namespace left4me
