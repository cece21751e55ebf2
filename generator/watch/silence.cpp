#include "generator/watch/silence.hpp"

#include <algorithm>

namespace left4me::watch {

namespace {

/// How many fell silent when `server` did, itself included.
std::size_t count_together(std::span<const Hearing> servers, const Hearing& server,
                           Duration together) {
    return static_cast<std::size_t>(
        std::count_if(servers.begin(), servers.end(), [&](const Hearing& other) {
            return other.is_silent && std::chrono::abs(other.since - server.since) <= together;
        }));
}

} // namespace

Judgement judge_silence(std::span<const Hearing> servers, std::size_t watched,
                        const SilenceLimits& limits, Duration now) {
    constexpr std::size_t fewest_to_compare = 3;
    Judgement judgement;
    judgement.watched = servers.size();
    for (const Hearing& server : servers) {
        if (!server.is_silent)
            continue;
        const std::size_t together = count_together(servers, server, limits.together);
        const bool is_common = watched >= fewest_to_compare && 2 * together > servers.size();
        if (is_common)
            judgement.together = std::max(judgement.together, together);
        if (server.may_be_ended && now - server.since >= limits.limit)
            (is_common ? judgement.spared : judgement.to_end).push_back(server.server);
    }
    return judgement;
}

} // namespace left4me::watch
