#pragma once

#include "generator/watch/watch_clock.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace left4me::watch {

/// A server that has answered since its start, as far as its silence goes.
struct Hearing {
    std::string server;
    /// Since when nothing was heard of it although it was asked.
    Duration since;
    /// Whether the last questions were left without an answer.
    bool is_silent = false;
    /// Whether it is to be ended once it has been silent for long enough, and was not ended yet.
    bool may_be_ended = false;
};

/// Which silences are told from each other, and from a server that is only busy.
struct SilenceLimits {
    /// How long a server is silent before it is ended: longer than a change of the map takes.
    Duration limit;
    /// How far apart servers fall silent of which one thing may be the cause. A cause that is there
    /// at once shows within the time between two questions.
    Duration together;
};

struct Judgement {
    /// Servers to end.
    std::vector<std::string> to_end;
    /// Servers that are silent for long enough and are left alone, since so many are.
    std::vector<std::string> spared;
    /// How many servers there are.
    std::size_t watched = 0;
    /// How many of them fell silent together, if that is why they are spared; otherwise 0.
    std::size_t together = 0;
};

/// Decides which servers have hung. If more than half fell silent together and three or more are
/// watched, it takes the host, its network or this watcher for the cause, and not the servers.
///
/// \param servers  those that have answered
/// \param watched  how many are watched, with those that have not
[[nodiscard]] Judgement judge_silence(std::span<const Hearing> servers, std::size_t watched,
                                      const SilenceLimits& limits, Duration now);

} // namespace left4me::watch
