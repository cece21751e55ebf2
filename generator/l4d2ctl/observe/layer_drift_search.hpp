#pragma once

#include "generator/l4d2ctl/layers/layer_drift.hpp"
#include "generator/l4d2ctl/observe/layer_stacks.hpp"

namespace left4me::ctl {

/// Looks for what in the upper of a stack hides what has changed in its layers since. The server
/// may be at work in it, and be hostile: nothing is waited for, and there is an end to what is
/// looked at, and to what is read.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] DriftReport find_drift(const OpenStack& stack);

} // namespace left4me::ctl
