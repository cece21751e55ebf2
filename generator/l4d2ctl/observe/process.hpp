#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace left4me::ctl {

/// Reads the arguments of processes (proc(5), "/proc/pid/cmdline"), those of its interpreter first
/// for a script. A process can write what it likes there: `most_bytes` are read, and newlines
/// become blanks. Its owner can make a reader wait forever, so a process gets a second, and all of
/// them together three. Those that answer are not kept by those that do not, unless by hundreds.
///
/// \return in the order of `pids`; empty for a process that is gone or has none, nullopt for one
///         that did not answer or was not asked
/// \throw SystemError if the process that reads cannot be made (pipe2(2), fork(2), poll(2))
[[nodiscard]] std::vector<std::optional<std::vector<std::string>>>
arguments_of_processes(std::span<const std::uint64_t> pids,
                       std::size_t most_bytes = std::size_t{128} * 1024);

} // namespace left4me::ctl
