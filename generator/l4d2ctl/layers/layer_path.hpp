#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// A path in a merged tree.
struct MergedPath {
    /// None for the top.
    std::vector<std::string> components;
    /// Of which instance, when the path says it.
    std::string instance;
    /// What is wrong with it; empty when nothing is.
    Complaint complaint;
};

/// \param text  relative to merged, or below ROOT/runtime/NAME/merged
[[nodiscard]] MergedPath read_merged_path(std::string_view text,
                                          const HostConfiguration& configuration);

/// The first `count` components with slashes between them.
[[nodiscard]] std::string join(const std::vector<std::string>& components, std::size_t count);

/// Where a symlink leads, as a path in merged to ask for.
///
/// \param components  of the path on which it stands
/// \param link        which component of that it is
/// \param merged      ROOT/runtime/NAME/merged
/// \return nothing when it leads out of merged, or through a `..` that cannot be resolved without
///         following others
[[nodiscard]] std::optional<std::string> path_behind(const std::vector<std::string>& components,
                                                     std::size_t link, std::string_view target,
                                                     std::string_view merged);

} // namespace left4me::ctl
