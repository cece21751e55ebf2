#pragma once

#include "generator/l4d2ctl/layers/layer_drift.hpp"
#include "generator/l4d2ctl/observe/layer_stacks.hpp"

namespace left4me::ctl {

/// Looks for files in an upper that hide what has changed in the layers since. The server may be at
/// work in it and hostile, so nothing is waited for. A million files, five million lookups and
/// 16 GiB of compared contents are the most for one instance.
///
/// \param stack  from LayerStacks; without an upper there are no items
/// \return items sorted by path; not complete if something could not be looked at
/// \throw SystemError if the system is short of something
[[nodiscard]] DriftReport find_drift(const OpenStack& stack);

} // namespace left4me::ctl
