#include "generator/overlay/mount_users.hpp"

#include <fmt/format.h>

namespace left4me {

std::optional<Complaint> objection_to_user(std::string_view key, const std::string& user,
                                           std::optional<UserIds> ids) {
    if (!ids)
        return Complaint{
            fmt::format("there is no user {}", user),
            fmt::format("create it with systemd-sysusers, or set {}= in left4me.conf", key)};
    if (ids->uid == 0)
        return Complaint{fmt::format("{} is root", user),
                         fmt::format("set another {}= in left4me.conf", key)};
    return std::nullopt;
}

std::optional<Complaint> objection_to_users(const HostConfiguration& configuration,
                                            const MountUsers& users) {
    if (users.runtime.uid != users.sandbox.uid)
        return std::nullopt;
    return Complaint{fmt::format("RuntimeUser={} and SandboxUser={} are the same user, uid {}",
                                 configuration.runtime_user, configuration.sandbox_user,
                                 users.runtime.uid),
                     "give the sandbox a user of its own in left4me.conf"};
}

} // namespace left4me
