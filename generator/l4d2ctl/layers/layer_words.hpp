#pragma once

#include "generator/instance/user_ids.hpp"
#include "generator/l4d2ctl/layers/layer_entry.hpp"
#include "generator/l4d2ctl/words/text_style.hpp"

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace left4me::ctl {

/// A point in time for people, from seconds since the epoch.
using TimeText = std::function<std::string(std::int64_t)>;

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

/// How a view is put into words.
struct LayerStyle {
    KnownUsers users;
    TimeText time_text;
    TextStyle text;
};

/// The JSON of a view, as text.
///
/// \param instances  an array
[[nodiscard]] std::string layers_json(const char* view, nlohmann::ordered_json instances);

} // namespace left4me::ctl
