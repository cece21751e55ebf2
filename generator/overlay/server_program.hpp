#pragma once

#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/mount_objections.hpp"

#include <string>
#include <vector>

namespace left4me {

/// Looks for srcds_run where the overlay of these directories would find it: in upper, then in the
/// layers. It follows no symlink; one counts as executable.
///
/// \param upper   opened; -1 if there is none yet
/// \param path    of it, for errors
/// \param layers  topmost first; may be empty
/// \return missing also if upper says that it was deleted
/// \throw SystemError (statx)
[[nodiscard]] ServerProgram find_server_program(int upper, const std::string& path,
                                                const std::vector<OpenLayer>& layers);

} // namespace left4me
