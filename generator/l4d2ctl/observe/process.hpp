#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace left4me::ctl {

/// The arguments of a process, those of its interpreter first if it is a script (proc(5),
/// "/proc/pid/cmdline"), up to 128 KiB: what a process says of itself.
///
/// \return empty when it is gone, or has none
[[nodiscard]] std::vector<std::string> arguments_of_process(std::uint64_t pid);

} // namespace left4me::ctl
