#pragma once

#include "generator/instance/health.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace left4me::watch {

/// The most bytes of a NAME.json that are read.
inline constexpr std::size_t largest_answer_file = 4096;

/// What left4me-watch says of a server in NAME.json below `watch_directory`.
struct ServerAnswer {
    /// Whatever the server says, in UTF-8; nothing before its first answer, and so are the counts.
    std::optional<std::string> map;
    /// Without bots.
    std::optional<unsigned> players;
    std::optional<unsigned> bots;
    std::optional<unsigned> slots;
    /// When it answered last, in RFC 3339; empty if it has not since it was started.
    std::string answered;
    std::uint64_t silent_seconds = 0;
    Health health = Health::watch;

    bool operator==(const ServerAnswer&) const = default;
};

/// Reads the text of a NAME.json. It is written by an unprivileged user, and its map is a
/// stranger's.
///
/// \param instance  the NAME it has to be about
/// \return nothing if it is not what packaging/schema says; more fields than those do not matter
[[nodiscard]] std::optional<ServerAnswer> read_answer(std::string_view text,
                                                      std::string_view instance);

} // namespace left4me::watch
