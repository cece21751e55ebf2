#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace left4me {

/// What a search through other processes' /proc came to.
struct LimitedSearch {
    std::vector<std::string> found;
    /// Whether it was given up.
    bool incomplete = false;
};

/// Runs a search in a process of its own, which is killed when it takes longer than `limit`, and
/// has 512 MiB of memory: what is in /proc/PID is for PID's owner to make slow, large, or never
/// answer, as a mapping of a file system whose server hangs does.
///
/// \param search  reports what it finds, a line each
/// \return what was found until then
/// \throw SystemError
[[nodiscard]] LimitedSearch
run_limited(std::chrono::milliseconds limit,
            const std::function<void(const std::function<void(std::string)>& report)>& search);

} // namespace left4me
