#pragma once

#include "generator/host/tree_walk.hpp"
#include "generator/overlay/instance_status.hpp"

#include <cstddef>
#include <string>

namespace left4me {

/// Measures an upper layer, whose server may be at work in it. A file with several names counts
/// once, and the whiteout of one that was deleted from a layer counts. Left out is what is on other
/// mounts, deeper than `deepest_directory`, beyond `most`, or may not be looked at. The result is
/// then not complete.
///
/// \param upper  the opened directory, O_PATH will do
/// \param path   of it, for errors
/// \param most   entries to count
/// \throw SystemError (fstatat; those of walk_tree())
[[nodiscard]] UpperSize measure_upper(int upper, const std::string& path,
                                      std::size_t most = most_entries);

} // namespace left4me
