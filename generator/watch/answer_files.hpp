#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/watch/answer_reading.hpp"

#include <optional>
#include <string>

namespace left4me::watch {

/// Reads what left4me-watch says of an instance's server. Its directory belongs to an unprivileged
/// user: no symlink in it is followed, and nothing is waited for.
///
/// \param instance  a valid instance name
/// \return nothing if there is no such file, as of a server that is down, or it cannot be used
/// \throw SystemError if the system is short of something (openat2, is_shortage())
[[nodiscard]] std::optional<ServerAnswer> read_answer_file(const HostTree& tree,
                                                           const std::string& instance);

} // namespace left4me::watch
