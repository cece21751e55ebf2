#pragma once

#include "generator_log.hpp"
#include "host/host_tree.hpp"
#include "output_directory.hpp"

namespace left4me {

/// Writes the units of every valid instance of `tree` to `output`. An instance that cannot be used
/// is reported and does not disturb the others.
///
/// \return whether everything that could be generated was; false when the host configuration is
///         unusable or a unit could not be written
[[nodiscard]] bool generate(const HostTree& tree, const OutputDirectory& output,
                            const GeneratorLog& log);

} // namespace left4me
