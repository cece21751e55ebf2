#pragma once

#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_record.hpp"
#include "generator/overlay/plan_differences.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// An instance.env, usable or not.
struct ObservedConfiguration {
    std::string path;
    /// Nothing if it cannot be used, which is then among the problems.
    std::optional<std::uint64_t> fingerprint;
};

/// How much is in an upper layer.
struct UpperSize {
    /// The blocks that its files and directories occupy.
    std::uint64_t bytes = 0;
    /// Everything in it but directories.
    std::uint64_t files = 0;
    /// Whether that is all of it.
    bool complete = true;
};

/// Everything that was found of one instance.
struct InstanceObservation {
    std::string name;
    /// ROOT/runtime/NAME.
    std::string directory;
    /// Whether a mount or umount of it is under way; what else was found is then worth nothing.
    bool busy = false;
    /// Nothing if nothing is mounted on merged.
    std::optional<MergedMount> mount;
    /// The record of the instance, be it of `mount` or of another mount; nothing if there is none.
    std::optional<MountRecord> record;
    /// Nothing if there is no instance.env.
    std::optional<ObservedConfiguration> configuration;
    /// What mount would do now; nothing if it would refuse, or there is no instance.env.
    std::optional<MountPlan> plan;
    /// All that a mount would refuse, and why there is no plan then, one line each.
    std::vector<std::string> problems;
    std::vector<std::string> warnings;
    /// Nothing if it was not measured.
    std::optional<UpperSize> upper;
    /// `record`'s mounted_at in local time, ISO 8601; empty without a record.
    std::string mounted_at;
};

/// How an instance is, in one word.
enum class InstanceState {
    not_mounted,
    mounted,
    /// Mounted, and mount would make another overlay now.
    drifted,
    /// It cannot be mounted; it may be all the same, from before.
    broken,
    /// Mounted, and its instance.env is gone.
    retired,
    /// Mounted, and nothing says how.
    unrecorded,
    /// Something else is on merged.
    foreign,
    /// Another left4me-overlay is at work on it.
    busy,
};

/// What became of the instance.env by which an instance was mounted.
enum class ConfigurationChange {
    /// The instance is not mounted, or nothing says how, or it is busy.
    unknown,
    unchanged,
    /// Its text is another, or another file has taken its place.
    changed,
    /// It cannot be used any more.
    unusable,
    missing,
};

/// How an instance is, as judge_instance() makes it of what was found.
struct InstanceStatus {
    InstanceObservation found;
    InstanceState state;
    ConfigurationChange configuration;
    /// The record, if it is that of the overlay found.
    std::optional<MountRecord> mounted;
    /// Between what is mounted and what mount would do now; empty unless `mounted` and a plan are
    /// known.
    std::vector<PlanDifference> differences;
};

/// Returns the status of an instance: `found`, and what follows from it. Nothing follows if it is
/// busy.
[[nodiscard]] InstanceStatus judge_instance(InstanceObservation found);

/// Returns the status in lines for a person, each with a newline. If the instance is busy, these
/// are its name and state; otherwise also those of describe_overlay(), and some more.
[[nodiscard]] std::string describe(const InstanceStatus& status);

/// Returns the status of instances as JSON, for programs: `{"version": 1, "instances": [...]}`.
/// Within a version fields are added and never change. left4me-overlay(8) documents them. U+FFFD
/// replaces what is not UTF-8.
[[nodiscard]] std::string to_json(const std::vector<InstanceStatus>& instances);

} // namespace left4me
