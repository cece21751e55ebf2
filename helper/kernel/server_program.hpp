#pragma once

#include "kernel/layer_directories.hpp"

#include <string>
#include <vector>

namespace left4me {

/// What is wrong with srcds_run in a tree, which systemd is to execute there.
enum class ServerProgram { executable, not_executable, missing };

/// Looks for srcds_run where the overlay of these directories would find it: in upper, then in the
/// layers. It follows no symlink; one counts as executable.
///
/// \param upper  opened
/// \param path   of it, for errors
/// \throw SystemError
[[nodiscard]] ServerProgram find_server_program(int upper, const std::string& path,
                                                const std::vector<OpenLayer>& layers);

} // namespace left4me
