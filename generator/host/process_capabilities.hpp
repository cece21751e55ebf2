#pragma once

#include <span>

namespace left4me {

/// Whether this thread may use a capability now: it is in the effective set (capabilities(7)).
///
/// \param capability  CAP_*
/// \throw SystemError (capget)
[[nodiscard]] bool has_capability(int capability);

/// Gives up all capabilities of this thread except those `wanted` that it is permitted; these
/// become effective.
///
/// \param wanted  each CAP_*; may be empty
/// \throw SystemError (capget, cap_init, capset)
void keep_capabilities(std::span<const int> wanted);

} // namespace left4me
