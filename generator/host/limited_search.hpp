#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace left4me {

/// What a search through other processes' /proc came to.
struct LimitedSearch {
    /// The lines that it reported, in that order.
    std::vector<std::string> found;
    /// Whether it was killed, ran out of memory or threw.
    bool incomplete = false;
};

/// Runs a search in a process of its own, which has 512 MiB of address space and is killed if it
/// takes longer than `limit`. The owner of a process can make its /proc/PID slow or large. It may
/// also never answer, as a mapping of a file system whose server hangs does.
///
/// \param search  reports what it finds, a line each of less than PIPE_BUF bytes; it has none of
///                the caller's descriptors above 2
/// \return what was found until then
/// \throw SystemError (pipe2, fcntl, fork, poll, read)
[[nodiscard]] LimitedSearch
run_limited(std::chrono::milliseconds limit,
            const std::function<void(const std::function<void(std::string)>& report)>& search);

} // namespace left4me
