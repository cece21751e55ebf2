#pragma once

#include "generator_log.hpp"
#include "host/host_tree.hpp"
#include "output_directory.hpp"

namespace left4me {

/// Writes the units of every instance of `tree` to `output`: all it takes to run a valid one; for
/// one whose instance.env cannot be used, or is gone while it is still mounted, what it takes to
/// stop it. No instance disturbs another.
///
/// \return whether everything that could be generated was; false when the host configuration is
///         unusable or a unit could not be written
[[nodiscard]] bool generate(const HostTree& tree, OutputDirectory& output, GeneratorLog& log);

} // namespace left4me
