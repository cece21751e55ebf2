#pragma once

#include "generator/generate.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/observe/service_states.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"

#include <vector>

namespace left4me::ctl {

/// A server while it is being looked at.
struct ListedServer {
    ServerOverview overview;
    /// What the generator would make of it, without files if those are already there; nullptr if it
    /// would make nothing.
    const GeneratedInstance* generated = nullptr;
    LoadedService service;
    /// Whether an administrator may have given it another command line than ours.
    bool commanded = false;

    /// What its instance.env says; nullptr if there is none that can be used.
    [[nodiscard]] const Instance* instance() const {
        return generated != nullptr && generated->reading.instance ? &*generated->reading.instance
                                                                   : nullptr;
    }
};

/// Compares running servers with what a start would make of them now. Fills in running_port,
/// running_address, needs_restart and warning of their overviews.
///
/// \param running  servers that are active, with name, port and needs_reload filled in
/// \param tree, configuration, overlays  of this host
/// \param there    what the generator has left
/// \throw SystemError if a record, a process or systemd cannot be asked
void look_at_running(const std::vector<ListedServer*>& running, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays,
                     const FilesByInstance& there);

} // namespace left4me::ctl
