#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/layer_access.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"
#include "generator/overlay/layer_directories.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_records.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace left4me::ctl {

/// Looks at what a mount would find on this host, and at what its server would, in the helper's
/// words where the helper has some. Changes nothing.
class MountInspection {
  public:
    /// Uppers are looked into if this process can read the marks that the helper leaves
    /// (confinement.hpp).
    ///
    /// \param live  whether `tree` is this host: what is mounted is asked of no other
    /// \throw SystemError when the system is short of something
    MountInspection(const HostTree& tree, const HostConfiguration& configuration, bool live);

    /// What is wrong for every instance.
    [[nodiscard]] const Findings& of_host() const { return m_of_host; }

    /// What is wrong for one that has passed check_instance(). A layer is walked through only once,
    /// however many instances have it.
    ///
    /// \throw SystemError when the system is short of something
    [[nodiscard]] Findings inspect(const Instance& instance);

    /// The errors alone of inspect(), without a look through the files of layers.
    ///
    /// \throw SystemError when the system is short of something
    [[nodiscard]] Findings refusals_of(const Instance& instance);

    /// The first thing that would keep it from being started, in one line; "" when there is none.
    ///
    /// \throw SystemError when the system is short of something
    [[nodiscard]] std::string refusal_of(const Instance& instance);

    /// What could not be looked at so far, each thing once.
    [[nodiscard]] const std::vector<std::string>& notes() const { return m_notes; }

  private:
    [[nodiscard]] bool has_users() const;
    [[nodiscard]] SurveyRules rules();
    /// A finding without what is wrong.
    [[nodiscard]] Finding place_of(MountAspect aspect) const;
    /// Adds to the findings of the instance, or of the host while none is looked at.
    void add(Finding place, Severity severity, Complaint complaint);
    void look_at_root(const std::function<void()>& look);

    [[nodiscard]] Findings look_at(const Instance& instance, bool at_files);
    /// Warns of one that is mounted on another upper, or read-only.
    [[nodiscard]] bool is_mounted_on_its_upper(const InstanceSurvey& found);
    void look_at_files(const InstanceSurvey& found, bool at_files);
    /// \return whether all of it could be looked at
    bool inspect_files(const OpenLayer& layer, const Finding& place);
    void inspect_game(const InstanceSurvey& found, const Finding& place);
    [[nodiscard]] std::optional<Complaint> objection_to_game(const InstanceSurvey& found) const;
    [[nodiscard]] bool is_of_sandbox(const ObservedLayer& layer) const;
    [[nodiscard]] LayerSight sight_of(bool idmapped) const;

    /// To look there would have a file system mounted, and wait for it.
    bool is_behind_automount(const std::string& path);
    /// Turns what `action` throws into a finding, or into a note when it is for root only.
    void attempt(const Finding& place, const std::string& what,
                 const std::function<void()>& action);
    void note(std::string text);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    bool m_live;
    std::optional<MountRecords> m_records;
    std::optional<MountSurvey> m_survey;
    /// Whose findings are being made; nobody's while it is about the host.
    const Instance* m_subject = nullptr;
    Findings m_findings;
    Findings m_of_host;
    std::vector<std::string> m_notes;
    /// By device and inode.
    std::map<std::pair<std::uint64_t, std::uint64_t>, LayerAccess> m_access;
    std::size_t m_entries_left;
};

} // namespace left4me::ctl
