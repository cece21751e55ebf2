#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/observe/udp_ports.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"

#include <vector>

namespace left4me::ctl {

/// What is wrong with servers that only shows while they run, or while others do: `check` says it
/// in the words of `list`, without a question to systemd.
class RunningFindings {
  public:
    /// \param tree, configuration  of this host
    /// \throw SystemError
    RunningFindings(const HostTree& tree, const HostConfiguration& configuration);

    /// \param files        what the generator would make of it
    /// \param shares_port  whether it is told already that another instance has its port
    /// \throw SystemError
    [[nodiscard]] Findings find(const Instance& instance, const std::vector<UnitFile>& files,
                                bool shares_port) const;

  private:
    /// Of a server that runs and has its overlay not where it is looked for.
    [[nodiscard]] Complaint objection_to_lost_overlay(const std::string& name) const;
    [[nodiscard]] bool was_started_between(const Instance& instance,
                                           const std::vector<UnitFile>& files) const;

    const HostConfiguration& m_configuration;
    MountedOverlays m_overlays;
    UdpPorts m_ports;
    /// What the generator wrote when systemd ran it last.
    FilesByInstance m_there;
};

} // namespace left4me::ctl
