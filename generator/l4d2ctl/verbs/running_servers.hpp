#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/verbs/listed_server.hpp"

#include <vector>

namespace left4me::ctl {

/// Looks at servers that run: what they take, and what they are against what they would be.
class RunningServers {
  public:
    /// \param tree, configuration, overlays  of this host
    /// \param there  what the generator has left
    RunningServers(const HostTree& tree, const HostConfiguration& configuration,
                   const MountedOverlays& overlays, const FilesByInstance& there)
        : m_tree(tree), m_configuration(configuration), m_overlays(overlays), m_there(there) {}

    /// Fills in memory, running_port, needs_restart and warning.
    ///
    /// \throw SystemError
    void look_at(const std::vector<ListedServer*>& running) const;

  private:
    void compare_arguments(const std::vector<ListedServer*>& running) const;
    void foresee_restarts(std::vector<ListedServer*> running) const;
    void foresee_refusals(std::vector<ListedServer*> running) const;

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    const MountedOverlays& m_overlays;
    const FilesByInstance& m_there;
};

} // namespace left4me::ctl
