#pragma once

#include <cstdint>

namespace left4me {

/// A user and its primary group, by their numbers.
struct UserIds {
    std::uint32_t uid;
    std::uint32_t gid;

    bool operator==(const UserIds&) const = default;
};

} // namespace left4me
