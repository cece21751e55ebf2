#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/layer_access.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/overlay/mount_users.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace left4me::ctl {

/// Who is told what a FileInspection finds, about the line of an instance.env that lists the
/// layers.
struct FileReport {
    /// Calls `look`, and tells of what it throws. `about` is a path.
    std::function<void(FindingKind kind, const std::string& about,
                       const std::function<void()>& look)>
        attempt;
    std::function<void(FindingKind kind, Severity severity, Complaint complaint)> add;
    /// The same about another line, or another file.
    std::function<void(FindingKind kind, Diagnostic diagnostic)> add_at;
    /// Of what could not be looked at.
    std::function<void(std::string text)> note;
};

/// Looks at the files in layers and uppers that matter to a server. A layer is looked through only
/// once, however many instances have it. Changes nothing.
class FileInspection {
  public:
    /// \param tree          with the interpreters and unit files of the host
    /// \param entries_left  how many files to look at in all, at most; those looked at are taken
    /// off
    FileInspection(const HostTree& tree, const HostConfiguration& configuration, FileReport report,
                   std::size_t& entries_left)
        : m_tree(tree), m_configuration(configuration), m_report(std::move(report)),
          m_entries_left(entries_left) {}

    /// Looks at what the user of the servers may do, and at the game.
    ///
    /// \param into_layers  whether to look through the files of layers
    /// \throw SystemError when the system is short of something
    void inspect(const Instance& instance, const InstanceSurvey& found, const MountUsers& users,
                 bool into_layers);

    /// Looks at where the files of layers lie.
    ///
    /// \throw SystemError when the system is short of something
    void inspect_layouts(const InstanceSurvey& found);

  private:
    struct LayerLayout {
        std::optional<Complaint> objection;
        bool has_game = false;
    };

    /// \return whether all of it could be looked at
    bool inspect_access(const OpenLayer& layer, const MountUsers& users);
    [[nodiscard]] const LayerLayout& layout_of(const OpenLayer& layer);
    void inspect_game(const Instance& instance, const InstanceSurvey& found);
    void inspect_written(const InstanceSurvey& found, const MountUsers& users);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    FileReport m_report;
    std::size_t& m_entries_left;
    /// By device and inode.
    std::map<std::pair<std::uint64_t, std::uint64_t>, LayerAccess> m_access;
    /// By path.
    std::map<std::string, LayerLayout, std::less<>> m_layouts;
};

} // namespace left4me::ctl
