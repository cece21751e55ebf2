#pragma once

#include "generator/l4d2ctl/layers/layer_entry.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// Looks at a file in a layer. It follows no symlink and enters no mount (openat2(2)). Without
/// CAP_SYS_ADMIN, marks that are attributes are not seen.
///
/// \param directory  the directory that the file is in, opened; O_PATH will do
/// \param name       of the file in it
/// \param path       of the file, for errors
/// \return nullopt with errno set if it does not exist or cannot be opened: EXDEV if something is
///         mounted on it
/// \throw SystemError if the system is short of something, or statx(2) or readlinkat(2) fails
[[nodiscard]] std::optional<LayerEntry> look_at_entry(int directory, const std::string& name,
                                                      const std::string& path);

/// Looks at what a layer has on the way to a path, one component at a time, as look_at_entry().
///
/// \param layer       its directory, opened; O_PATH will do
/// \param path        of that, for errors
/// \param components  of the path
/// \throw SystemError as look_at_entry()
[[nodiscard]] LayerTrail look_along(int layer, const std::string& path,
                                    const std::vector<std::string>& components);

} // namespace left4me::ctl
