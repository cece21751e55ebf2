#pragma once

#include "generator/instance/user_ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me::ctl {

/// A user of left4me.conf.
struct KnownUser {
    std::string name;
    /// Nothing when there is no such user.
    std::optional<UserIds> ids;
};

/// The users that files of layers belong to as a rule.
struct KnownUsers {
    KnownUser runtime;
    KnownUser sandbox;

    /// The name of whoever has this uid, as far as it is known here: `root`, one of the two users,
    /// or `uid N`.
    [[nodiscard]] std::string name_of(std::uint32_t uid) const;

    /// Who has an id of a file on the disk where the layer is idmapped: the sandbox's ids and the
    /// servers' are swapped there.
    [[nodiscard]] UserIds seen(UserIds on_disk) const;
};

} // namespace left4me::ctl
