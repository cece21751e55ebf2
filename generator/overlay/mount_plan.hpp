#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_users.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A layer as it was found when it was opened.
struct ObservedLayer {
    std::string path;
    /// The uid of its top directory.
    std::uint32_t owner;
    std::uint64_t device;
    std::uint64_t inode;
};

/// A layer as it is to be mounted.
struct PlannedLayer {
    std::string path;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    /// Whether the sandbox's ids and the runtime user's are swapped in front of it.
    bool idmapped = false;

    bool operator==(const PlannedLayer&) const = default;
};

/// Which directory it is, whatever it is called (stat(2)).
struct DirectoryIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    bool operator==(const DirectoryIdentity&) const = default;
};

/// Everything that decides what the overlay of an instance is.
struct MountPlan {
    std::string instance;
    /// Topmost first.
    std::vector<PlannedLayer> layers;
    /// The directory that holds upper, work and merged.
    std::string directory;
    /// Nothing if it does not exist yet, or an older version has recorded the mount.
    std::optional<DirectoryIdentity> upper = std::nullopt;
    std::optional<DirectoryIdentity> work = std::nullopt;
    MountUsers users{};
    /// How the kernel is told; the overlay is the same either way.
    MountWay way = MountWay::descriptors;

    bool operator==(const MountPlan&) const = default;
};

/// Returns the source of the instance's overlay, `left4me:NAME`, which identifies it in the mount
/// table.
///
/// \param instance  its name; "" for what all sources begin with
[[nodiscard]] std::string overlay_source(std::string_view instance);

/// Decides how the layers are stacked: one whose top directory belongs to the sandbox user is
/// idmapped.
///
/// \param layers  those of `instance` in its order, as they were found
/// \return without upper, work and way, which are for the caller to set
[[nodiscard]] MountPlan plan_mount(const Instance& instance, const HostConfiguration& configuration,
                                   const std::vector<ObservedLayer>& layers,
                                   const MountUsers& users);

/// Objects to two paths to one directory, and to a layer that holds the instance's directory or
/// lies in it, by their paths.
///
/// \return nothing if the plan may be carried out
[[nodiscard]] std::optional<Complaint> objection_to_plan(const MountPlan& plan);

/// Returns the plan in lines for a person, each with a newline.
[[nodiscard]] std::string describe(const MountPlan& plan);

/// Returns the lines of describe() without the first, which names the instance.
[[nodiscard]] std::string describe_overlay(const MountPlan& plan);

/// Returns one such line with its newline: a word for what it is, and the value.
///
/// \param value  without control characters
[[nodiscard]] std::string plan_line(std::string_view key, std::string_view value);

} // namespace left4me
