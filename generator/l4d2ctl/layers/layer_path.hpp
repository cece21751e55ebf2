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
    /// The instance that the path names; empty if it is relative.
    std::string instance;
    /// What is wrong with the path; empty if nothing is.
    Complaint complaint;
};

/// Reads a path that a person names. No file system is asked.
///
/// \param text  relative to merged, or absolute, in ROOT/runtime/NAME/merged
/// \return with a complaint if the path has a `..`, or is absolute and elsewhere
[[nodiscard]] MergedPath read_merged_path(std::string_view text,
                                          const HostConfiguration& configuration);

/// The first `count` components with slashes between them; "." if there are no components at all.
///
/// \param count  at most as many as there are
[[nodiscard]] std::string join(const std::vector<std::string>& components, std::size_t count);

/// Where a symlink leads, as a path in merged to ask for. The text only: no symlink is followed.
///
/// \param components  of the path that has the symlink in it
/// \param link        the index of the symlink in that
/// \param target      of the symlink
/// \param merged      the path ROOT/runtime/NAME/merged
/// \return nullopt if it leads out of merged, or through a `..` that cannot be resolved without
///         following others
[[nodiscard]] std::optional<std::string> path_behind(const std::vector<std::string>& components,
                                                     std::size_t link, std::string_view target,
                                                     std::string_view merged);

} // namespace left4me::ctl
