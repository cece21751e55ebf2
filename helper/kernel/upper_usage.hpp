#pragma once

#include <cstdint>
#include <string>

namespace left4me {

/// What an upper layer takes. A file with several names counts once.
struct UpperUsage {
    /// On disk, directories included.
    std::uint64_t bytes = 0;
    /// Everything but directories; a file that was deleted from a layer is one.
    std::uint64_t files = 0;
};

/// Measures an upper layer, whose server may be at work in it. Other mounts in it, and directories
/// deeper than `deepest_directory`, are left out.
///
/// \param upper  the opened directory
/// \param path   its path, for errors
/// \throw SystemError
[[nodiscard]] UpperUsage measure_upper(int upper, const std::string& path);

} // namespace left4me
