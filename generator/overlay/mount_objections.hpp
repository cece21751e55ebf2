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
    /// The name of its mount unit.
    std::string unit;
};

// What is optional here is nothing if there is nothing to object to.

/// Objects to more than one mount on ROOT/runtime: the upper one hides what is mounted in the lower
/// one.
///
/// \param mounts   all of the host
/// \param runtime  the path of ROOT/runtime
[[nodiscard]] std::optional<Complaint> objection_to_runtime(const std::vector<MountRow>& mounts,
                                                            const std::string& runtime);

/// Objects if overlays are mounted in ROOT/runtime, and it is not mounted with nosuid and nodev.
/// Those keep a set-user-ID file that is copied up from a layer from being executed by its path in
/// upper. That mount is not made over overlays that are mounted already.
///
/// \param mounts   all of the host
/// \param runtime  the path of ROOT/runtime
[[nodiscard]] std::optional<Complaint>
objection_to_runtime_options(const std::vector<MountRow>& mounts, const std::string& runtime);

/// Returns the objection to an instance's directory that needs a missing mount.
///
/// \param directory  the path of ROOT/runtime/NAME, which `missing` is on the way to
[[nodiscard]] Complaint objection_to_directory(const std::string& directory,
                                               const MissingMount& missing);

/// Returns the objection to a layer that needs a missing mount.
///
/// \param layer  the path, which `missing` is on the way to
[[nodiscard]] Complaint objection_to_layer(const std::string& layer, const MissingMount& missing);

/// Objects to an upper on a file system that has nothing left for users.
///
/// \param upper                  the path
/// \param has_space, has_inodes  whether there is any left
[[nodiscard]] std::optional<Complaint> objection_to_space(const std::string& upper, bool has_space,
                                                          bool has_inodes);

/// Returns the Refusal, to be thrown, of an instance that has no instance.env; it names the
/// directories where that was looked for.
[[nodiscard]] Refusal no_such_instance(const std::string& name,
                                       const HostConfiguration& configuration);

} // namespace left4me
