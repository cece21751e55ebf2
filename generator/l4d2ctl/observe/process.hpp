#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

/// The arguments of each process, those of its interpreter first if it is a script (proc(5),
/// "/proc/pid/cmdline"), up to 128 KiB: what a process says of itself. A line's end in them shows
/// as a blank. Whoever owns a process can keep who asks waiting forever: it is waited for a second,
/// and three of all.
///
/// \return in the order of `pids`; empty for one that is gone or has none, nothing for one that
///         does not answer
/// \throw SystemError
[[nodiscard]] std::vector<std::optional<std::vector<std::string>>>
arguments_of_processes(std::span<const std::uint64_t> pids);

} // namespace left4me::ctl
