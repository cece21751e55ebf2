#pragma once

#include "generator/l4d2ctl/layers/layer_entry.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// A file as it lies in a layer, no symlink followed.
///
/// \param directory  that it is in, opened
/// \param path       of the file, for errors
/// \return nothing when it is not there, or cannot be looked at, with errno set: EXDEV where
///         something is mounted on it
/// \throw SystemError when the system is short of something
[[nodiscard]] std::optional<LayerEntry> look_at_entry(int directory, const std::string& name,
                                                      const std::string& path);

/// What a layer has on the way to a path.
///
/// \param layer  its opened directory
/// \param path   of that, for errors
/// \throw SystemError when the system is short of something
[[nodiscard]] LayerTrail look_along(int layer, const std::string& path,
                                    const std::vector<std::string>& components);

} // namespace left4me::ctl
