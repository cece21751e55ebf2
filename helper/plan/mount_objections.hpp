#pragma once

#include "instance/host_configuration.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_plan.hpp"
#include "plan/objection.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// A directory on which a file system is to be mounted, and nothing is.
struct MissingMount {
    std::string directory;
    /// The mount unit of it.
    std::string unit;
};

/// What is wrong with srcds_run in a tree, which systemd is to execute there.
enum class ServerProgram { executable, not_executable, missing };

// Each returns nothing when there is nothing to object to.

/// \param key  of left4me.conf, by which the user is named
/// \param ids  nothing when there is no such user
[[nodiscard]] std::optional<Objection>
objection_to_user(std::string_view key, const std::string& user, std::optional<UserIds> ids);

/// \param runtime_user, sandbox_user  those of `configuration`
[[nodiscard]] std::optional<Objection> objection_to_users(const HostConfiguration& configuration,
                                                          UserIds runtime_user,
                                                          UserIds sandbox_user);

/// \param directory  of the instance, which `missing` is on the way to
[[nodiscard]] Objection objection_to_directory(const std::string& directory,
                                               const MissingMount& missing);

/// \param layer  which `missing` is on the way to
[[nodiscard]] Objection objection_to_layer(const std::string& layer, const MissingMount& missing);

[[nodiscard]] std::optional<Objection> objection_to_server(ServerProgram program);

/// Why there is no such instance.
[[nodiscard]] VerbFailure no_such_instance(const std::string& name,
                                           const HostConfiguration& configuration);

} // namespace left4me
