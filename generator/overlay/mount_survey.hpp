#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/expected_mounts.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_users.hpp"
#include "generator/overlay/upper_preflight.hpp"
#include "generator/text/refusal.hpp"

#include <cstddef>
#include <functional>
#include <map>
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
    /// Calls `look`, which throws a Refusal or a SystemError at what a mount would refuse. An
    /// `attempt` that lets it through ends the survey with the first; one that catches it learns
    /// of all.
    ///
    /// `about` is a path or a user.
    std::function<void(MountAspect aspect, const std::string& about,
                       const std::function<void()>& look)>
        attempt;
    /// find_user() of host/users.hpp, or one for a tree that stands for the host.
    UserLookup find_user;
    /// Whether a path is not to be looked at.
    std::function<bool(const std::string& path)> is_left_alone;
    /// Whether the tree is this host, whose mounts can be asked for.
    bool is_live = true;
    /// From read_mount_table(), for many surveys; if there is none, one is read for this one.
    std::optional<std::string> mount_table = std::nullopt;
    /// Whether uppers are looked into. Without CAP_SYS_ADMIN the mark of one that has passed cannot
    /// be seen (scan_mark.hpp), so that it would be looked through for nothing.
    bool looks_into_uppers = true;
};

/// What was found of one instance. What was refused is missing. It owns the descriptors in it and
/// cannot be copied.
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

/// Looks for everything that keeps an instance from being mounted and can be seen without mounting
/// it. The order is always the same: mount stops at the first, and status and l4d2ctl tell all. It
/// changes nothing.
///
/// It owns the descriptor of the state root, and its tree and configuration have to outlive it.
/// Every member function throws what `rules.attempt` lets through.
class MountSurvey {
  public:
    /// Looks up the users.
    MountSurvey(const HostTree& tree, const HostConfiguration& configuration, SurveyRules rules);

    /// Opens the state root, and looks at the mounts on its runtime; survey() does it if it was not
    /// done before.
    void open_root();

    /// Looks at the layers and directories of an instance. The plan has its name and directory,
    /// even if all else was refused.
    ///
    /// \param instance  one that has passed check_instance()
    [[nodiscard]] InstanceSurvey survey(const Instance& instance);

    /// Looks at what matters only if the overlay is to be mounted, or mounted anew.
    ///
    /// \param found         from survey()
    /// \param entries_left  how many files of upper to look at, at most; those looked at are taken
    ///                      off
    /// \return nothing if upper was refused or is not looked into; other things may be refused all
    ///         the same, of which only `rules.attempt` learns
    [[nodiscard]] std::optional<UpperInspection> survey_contents(const InstanceSurvey& found,
                                                                 std::size_t& entries_left) const;

    /// Returns the mount table of the rules, or one read when it was first needed; to be asked of a
    /// live tree only.
    ///
    /// \throw SystemError as read_mount_table()
    [[nodiscard]] const std::string& mount_table();

    /// Returns the descriptor of the state root, which stays owned; negative if it could not be
    /// opened, or was not yet.
    [[nodiscard]] int root() const { return m_root.get(); }

    /// Returns the users; nothing if they cannot be used.
    [[nodiscard]] const std::optional<MountUsers>& users() const { return m_users; }

  private:
    void open_layers_of(const Instance& instance, InstanceSurvey& found);
    /// Looks for one that was refused no second time: thousands of instances may name it.
    [[nodiscard]] OpenLayer open_layer(LayerOpener& opener, const std::string& path,
                                       const Instance& instance);
    void look_at_directories(InstanceSurvey& found);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    SurveyRules m_rules;
    bool m_tried_root = false;
    FileDescriptor m_root;
    std::optional<MountUsers> m_users;
    ExpectedMounts m_mounts;
    /// By path.
    std::map<std::string, Complaint, std::less<>> m_refused_layers;
};

/// Refuses a mount on merged that is not the instance's, and keeps it from being mounted or
/// unmounted.
///
/// \param path  of ROOT/runtime/NAME
/// \throw Refusal  always
[[noreturn]] void refuse_foreign(const MergedMount& merged, const std::string& path);

} // namespace left4me
