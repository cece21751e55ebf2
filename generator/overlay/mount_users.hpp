#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/user_ids.hpp"
#include "generator/text/diagnostic.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// The users that an overlay is mounted for, by their ids.
struct MountUsers {
    /// Runs the server, and owns upper and merged: RuntimeUser= of left4me.conf.
    UserIds runtime;
    /// Fills layers that get an idmapped clone in front of them: SandboxUser= of left4me.conf.
    UserIds sandbox;

    bool operator==(const MountUsers&) const = default;
};

/// Says why an overlay cannot be mounted for `user`.
///
/// \param key  the setting of left4me.conf that names the user
/// \param ids  nullopt when there is no such user
/// \return nullopt when the user exists and is not root
[[nodiscard]] std::optional<Complaint>
objection_to_user(std::string_view key, const std::string& user, std::optional<UserIds> ids);

/// Says why `users`, which are those of `configuration`, do not fit together: the ids of one user
/// cannot be swapped with themselves.
///
/// \return nullopt when they are two users
[[nodiscard]] std::optional<Complaint> objection_to_users(const HostConfiguration& configuration,
                                                          const MountUsers& users);

/// Finds the ids of a user by its name; nullopt if there is no such user.
using UserLookup = std::function<std::optional<UserIds>(const std::string& user)>;

/// Calls a look at a user, which throws a Refusal, and may catch that.
using UserAttempt = std::function<void(const std::string& user, const std::function<void()>& look)>;

/// Looks up the users that overlays are mounted for.
///
/// \throw Refusal (configuration) if one cannot be used and `attempt` lets that through
/// \return nullopt if one cannot be used
[[nodiscard]] std::optional<MountUsers> find_mount_users(const HostConfiguration& configuration,
                                                         const UserLookup& lookup,
                                                         const UserAttempt& attempt);

} // namespace left4me
