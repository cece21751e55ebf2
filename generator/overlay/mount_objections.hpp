#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/refusal.hpp"

#include <optional>
#include <string>
#include <vector>

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

[[nodiscard]] std::optional<Complaint> objection_to_server(ServerProgram program);

/// Why there is no such instance.
[[nodiscard]] Refusal no_such_instance(const std::string& name,
                                       const HostConfiguration& configuration);

} // namespace left4me
