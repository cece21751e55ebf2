#pragma once

#include "plan/instance_status.hpp"

#include <string>

namespace left4me {

/// Measures an upper layer, whose server may be at work in it. A file with several names counts
/// once, and one that was deleted from a layer counts. Other mounts in it, and directories deeper
/// than `deepest_directory`, are left out, and the result is then not complete.
///
/// \param upper  the opened directory
/// \param path   its path, for errors
/// \throw SystemError
[[nodiscard]] UpperSize measure_upper(int upper, const std::string& path);

} // namespace left4me
