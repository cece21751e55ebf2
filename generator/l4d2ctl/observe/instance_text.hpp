#pragma once

#include "generator/host/host_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// The text of an instance.env, once more, found as the generator finds it.
///
/// \param source  that of an InstanceReading that could be opened
/// \param name    whose it is
/// \return empty when it cannot be read any more
[[nodiscard]] std::string read_instance_text(const HostTree& tree, const std::string& source,
                                             const std::string& name);

/// What is in an instance directory of somebody who has no instance.env in it.
struct InstancePlace {
    std::string directory;
    /// Why no instance.env of that name is there, in words.
    std::string why;
    /// The instance names in it.
    std::vector<std::string> names;
};

[[nodiscard]] InstancePlace look_for_instance(const HostTree& tree, const std::string& directory,
                                              std::string_view name);

} // namespace left4me::ctl
