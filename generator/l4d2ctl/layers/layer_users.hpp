#pragma once

#include "generator/instance/user_ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// A user that left4me.conf names.
struct KnownUser {
    /// As it stands there; may be a number.
    std::string name;
    /// Nullopt if there is no such user.
    std::optional<UserIds> ids;
};

/// The users that files of layers usually belong to.
struct KnownUsers {
    KnownUser runtime;
    KnownUser sandbox;

    /// \return `root`, the name of one of the two users, or `uid N`
    [[nodiscard]] std::string name_of(std::uint32_t uid) const;

    /// What ids on the disk show as in an idmapped layer, which swaps the sandbox's and the
    /// servers'.
    ///
    /// \return `on_disk` itself if one of the two users does not exist
    [[nodiscard]] UserIds seen(UserIds on_disk) const;
};

} // namespace left4me::ctl
