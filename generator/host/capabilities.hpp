#pragma once

#include <span>

namespace left4me {

/// Whether this process may use a capability now.
///
/// \param capability  CAP_*, as of capabilities(7)
/// \throw SystemError
[[nodiscard]] bool has_capability(int capability);

/// Gives up all capabilities but the `wanted` ones, as far as this process has those.
///
/// \throw SystemError
void keep_capabilities(std::span<const int> wanted);

} // namespace left4me
