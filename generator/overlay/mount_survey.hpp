#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/expected_mounts.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_directories.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_users.hpp"
#include "generator/overlay/upper_preflight.hpp"
#include "generator/text/refusal.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// What a look of a MountSurvey is about.
enum class MountAspect {
    /// RuntimeUser= or SandboxUser=.
    user,
    state_root,
    /// The file system that runtime/NAME is on.
    runtime_mount,
    /// The file system that a layer is on.
    layer_mount,
    layer,
    /// What upper, work and merged are, and what is in them.
    runtime,
};

/// How a MountSurvey looks, and who is told what it finds.
struct SurveyRules {
    /// Calls `look`, which throws a Refusal or a SystemError at what a mount would refuse. One
    /// who lets that through has the survey end with the first; one who catches it learns of all.
    ///
    /// `about` is a path or a user.
    std::function<void(MountAspect aspect, const std::string& about,
                       const std::function<void()>& look)>
        attempt;
    std::function<std::optional<UserIds>(const std::string& user)> find_user;
    /// Whether a path is not to be looked at.
    std::function<bool(const std::string& path)> is_left_alone;
    /// Whether the tree is this host, whose mounts can be asked for.
    bool is_live = true;
    /// From read_mount_table(), for many surveys; where there is none, one is read for this one.
    std::optional<std::string> mount_table = std::nullopt;
    /// Whether uppers can be looked into: it takes the mark of one that has passed.
    bool looks_into_uppers = true;
};

/// What was found of one instance. What was refused is missing.
struct InstanceSurvey {
    /// In the order of the instance.
    std::vector<OpenLayer> layers;
    /// Whether those are all of the instance's.
    bool has_all_layers = false;
    MountPlan plan;
    /// What is there of them.
    InstanceDirectories directories;
    /// Whether they could be looked at.
    bool has_directories = false;
    MergedMount merged;
};

/// Everything that keeps an instance from being mounted and can be seen without mounting it, in one
/// order: mount stops at the first, status and l4d2ctl tell all. Changes nothing.
class MountSurvey {
  public:
    /// The users are looked up here.
    MountSurvey(const HostTree& tree, const HostConfiguration& configuration, SurveyRules rules);

    /// Opens the state root; survey() does it where it was not done before.
    void open_root();

    /// \param instance  one that has passed check_instance()
    [[nodiscard]] InstanceSurvey survey(const Instance& instance);

    /// Looks at what matters only when the overlay is to be mounted, or mounted anew.
    ///
    /// \param entries_left  how many files of upper to look at, at most; those looked at are taken
    ///                      off
    /// \return nothing when something was refused
    [[nodiscard]] std::optional<UpperInspection> survey_contents(const InstanceSurvey& found,
                                                                 std::size_t& entries_left) const;

    /// All mounts when this survey began; to be asked of a live tree only.
    ///
    /// \throw SystemError
    [[nodiscard]] const std::string& mount_table();

    /// -1 where it could not be opened.
    [[nodiscard]] int root() const { return m_root.get(); }

    /// Nothing when they cannot be used.
    [[nodiscard]] const std::optional<MountUsers>& users() const { return m_users; }

  private:
    [[nodiscard]] std::optional<UserIds> find_user(const char* key, const std::string& user) const;
    void open_layers_of(const Instance& instance, InstanceSurvey& found);
    void look_at_directories(InstanceSurvey& found);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    SurveyRules m_rules;
    bool m_tried_root = false;
    FileDescriptor m_root;
    std::optional<MountUsers> m_users;
    ExpectedMounts m_mounts;
};

/// Refuses a mount on merged that is not the instance's: it keeps it from being mounted or
/// unmounted.
///
/// \param path  of runtime/NAME
/// \throw Refusal
[[noreturn]] void refuse_foreign(const MergedMount& merged, const std::string& path);

} // namespace left4me
