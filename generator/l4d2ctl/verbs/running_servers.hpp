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
    /// What the generator would make of it, without files when those are what is there; nothing
    /// when it would make nothing.
    const GeneratedInstance* generated = nullptr;
    LoadedService service;
    /// Whether an administrator may have given it another command line than ours.
    bool commanded = false;

    /// What it would be if it were started now, if it could be.
    [[nodiscard]] const Instance* instance() const {
        return generated != nullptr && generated->reading.instance ? &*generated->reading.instance
                                                                   : nullptr;
    }
};

/// Looks at what servers that run are against what they would be, and fills in running_port,
/// needs_restart and warning.
///
/// \param tree, configuration, overlays  of this host
/// \param there  what the generator has left
/// \throw SystemError
void look_at_running(const std::vector<ListedServer*>& running, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays,
                     const FilesByInstance& there);

/// Looks at what could not be executed of servers that failed, and fills in server_fault.
///
/// \param tree, configuration  of this host
/// \throw SystemError
void look_at_failed(const std::vector<ListedServer*>& failed, const HostTree& tree,
                    const HostConfiguration& configuration);

} // namespace left4me::ctl
