#pragma once

#include "generator/host/host_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// Reads the text of an instance.env once more, opened as the generator opens it.
///
/// \param source  the `source` of an InstanceReading: a path that ends in NAME/instance.env
/// \param name    of the instance
/// \return empty if it cannot be read any more
[[nodiscard]] std::string read_instance_text(const HostTree& tree, const std::string& source,
                                             const std::string& name);

/// An instance directory that lacks an instance.
struct InstancePlace {
    std::string directory;
    /// Why it does not have the instance, for people.
    std::string why;
    /// The valid names of instances in it, in no order; empty if it cannot be read.
    std::vector<std::string> names;
};

/// Finds out why an instance directory does not have an instance.
///
/// \param directory  one of HostConfiguration::instance_directories
/// \param name       of an instance that the generator did not find
/// \throw SystemError if the directory cannot be listed
[[nodiscard]] InstancePlace look_for_instance(const HostTree& tree, const std::string& directory,
                                              std::string_view name);

} // namespace left4me::ctl
