#pragma once

#include "generator/host/tree_walk.hpp"
#include "generator/overlay/instance_status.hpp"

#include <cstddef>
#include <string>

namespace left4me {

/// Measures an upper layer, whose server may be at work in it. A file with several names counts
/// once, and one that was deleted from a layer counts. Other mounts in it, directories deeper than
/// `deepest_directory`, and what whoever runs this may not look at are left out, and the result is
/// then not complete.
///
/// \param upper  the opened directory
/// \param path   its path, for errors
/// \param most   entries to count
/// \throw SystemError
[[nodiscard]] UpperSize measure_upper(int upper, const std::string& path,
                                      std::size_t most = most_entries);

} // namespace left4me
