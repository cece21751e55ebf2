#include "generator/overlay/mount_users.hpp"

#include "generator/instance/host_configuration_keys.hpp"
#include "generator/text/refusal.hpp"

#include <fmt/format.h>

namespace left4me {

namespace {

/// Whether the package brings that user.
bool is_default(std::string_view key, std::string_view user) {
    return user == (key == host_setting::sandbox_user.key
                        ? host_setting::sandbox_user.default_value
                        : host_setting::runtime_user.default_value);
}

} // namespace

std::optional<Complaint> objection_to_user(std::string_view key, const std::string& user,
                                           std::optional<UserIds> ids) {
    if (!ids)
        return Complaint{
            fmt::format("there is no user {}", user),
            is_default(key, user)
                ? fmt::format("create it with systemd-sysusers, or set {}= in left4me.conf", key)
                : fmt::format("correct {}= in left4me.conf, or create the user, as useradd "
                              "--system does",
                              key)};
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

std::optional<MountUsers> find_mount_users(const HostConfiguration& configuration,
                                           const UserLookup& lookup, const UserAttempt& attempt) {
    const auto find = [&](const char* key, const std::string& user) {
        std::optional<UserIds> found;
        attempt(user, [&] {
            const auto ids = lookup(user);
            refuse_if(objection_to_user(key, user, ids), Refused::configuration);
            found = ids;
        });
        return found;
    };
    const auto runtime = find("RuntimeUser", configuration.runtime_user);
    const auto sandbox = find("SandboxUser", configuration.sandbox_user);
    if (!runtime || !sandbox)
        return std::nullopt;
    const MountUsers users = {*runtime, *sandbox};
    std::optional<MountUsers> usable;
    attempt(configuration.sandbox_user, [&] {
        refuse_if(objection_to_users(configuration, users), Refused::configuration);
        usable = users;
    });
    return usable;
}

} // namespace left4me
