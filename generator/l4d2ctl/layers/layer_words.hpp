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

/// How a view is put into words.
struct LayerStyle {
    KnownUsers users;
    TimeText time_text;
    TextStyle text;
};

/// The JSON of a view, as text: packaging/schema/l4d2ctl-layers.schema.json.
///
/// \param view       `stack`, `file` or `drift`
/// \param instances  an array
[[nodiscard]] std::string layers_json(const char* view, nlohmann::ordered_json instances);

} // namespace left4me::ctl
