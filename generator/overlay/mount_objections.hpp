#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/user_ids.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A directory on which a file system is to be mounted, and nothing is.
struct MissingMount {
    std::string directory;
    /// The mount unit of it.
    std::string unit;
};

// Each returns nothing when there is nothing to object to.

/// \param key  of left4me.conf, by which the user is named
/// \param ids  nothing when there is no such user
[[nodiscard]] std::optional<Complaint>
objection_to_user(std::string_view key, const std::string& user, std::optional<UserIds> ids);

/// \param runtime_user, sandbox_user  those of `configuration`
[[nodiscard]] std::optional<Complaint> objection_to_users(const HostConfiguration& configuration,
                                                          UserIds runtime_user,
                                                          UserIds sandbox_user);

/// \param mounts   all of them
/// \param runtime  the path of ROOT/runtime
[[nodiscard]] std::optional<Complaint> objection_to_runtime(const std::vector<MountRow>& mounts,
                                                            const std::string& runtime);

/// What keeps a set-user-ID file that is copied up from a layer from being executed by its path in
/// upper, and is not there although overlays are mounted: nosuid and nodev on ROOT/runtime. It is
/// not put over overlays that are mounted already.
///
/// \param mounts   all of them
/// \param runtime  the path of ROOT/runtime
[[nodiscard]] std::optional<Complaint>
objection_to_runtime_options(const std::vector<MountRow>& mounts, const std::string& runtime);

/// \param directory  of the instance, which `missing` is on the way to
[[nodiscard]] Complaint objection_to_directory(const std::string& directory,
                                               const MissingMount& missing);

/// \param layer  which `missing` is on the way to
[[nodiscard]] Complaint objection_to_layer(const std::string& layer, const MissingMount& missing);

/// \param upper  a path
/// \param has_space, has_inodes  whether the file system of it has any left for users
[[nodiscard]] std::optional<Complaint> objection_to_space(const std::string& upper, bool has_space,
                                                          bool has_inodes);

/// Why there is no such instance.
[[nodiscard]] Refusal no_such_instance(const std::string& name,
                                       const HostConfiguration& configuration);

} // namespace left4me
