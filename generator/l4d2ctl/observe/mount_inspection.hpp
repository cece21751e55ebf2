#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/file_inspection.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"
#include "generator/overlay/mount_record_files.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// Looks at what a mount would find on this host, and at what its server would, in the helper's
/// words if the helper has some. Changes nothing. It must neither be copied nor moved, since its
/// survey refers to it; the constructor's arguments have to outlive it.
class MountInspection {
  public:
    /// Looks into uppers later if this process can read the marks that the helper leaves
    /// (confinement.hpp).
    ///
    /// \param live  whether `tree` is this host: only then are mounts and records looked at
    /// \throw SystemError if the mount table or /run/left4me cannot be read, or the system is short
    ///        of something
    MountInspection(const HostTree& tree, const HostConfiguration& configuration, bool live);

    /// What is wrong for every instance.
    [[nodiscard]] const Findings& of_host() const { return m_of_host; }

    /// What is wrong for one instance. A layer is walked through only once, however many instances
    /// have it.
    ///
    /// \param instance  one that has passed check_instance()
    /// \throw SystemError if the system is short of something
    [[nodiscard]] Findings inspect(const Instance& instance);

    /// Only the errors of inspect(), without a walk through the files of layers.
    ///
    /// \param instance  one that has passed check_instance()
    /// \throw SystemError if the system is short of something
    [[nodiscard]] Findings refusals_of(const Instance& instance);

    /// \param instance  one that has passed check_instance()
    /// \return the first of refusals_of(), in one line; "" if there is none
    /// \throw SystemError if the system is short of something
    [[nodiscard]] std::string refusal_of(const Instance& instance);

    /// What could not be looked at so far, each thing once, one line each.
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
    [[nodiscard]] FileReport file_report();

    /// To look there would have a file system mounted, and wait for it.
    bool is_behind_automount(const std::string& path);
    /// Turns what `action` throws into a finding, or into a note if only root may look.
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
    /// By path: many instances ask for the same.
    std::map<std::string, bool, std::less<>> m_behind_automount;
    std::size_t m_entries_left;
    FileInspection m_files;
};

} // namespace left4me::ctl
