#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/verbs/listed_server.hpp"

#include <vector>

namespace left4me::ctl {

/// Looks at what servers that run are against what they would be, and fills in running_port,
/// needs_restart and warning.
///
/// \param tree, configuration, overlays  of this host
/// \param there  what the generator has left
/// \throw SystemError
void look_at_running(const std::vector<ListedServer*>& running, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays,
                     const FilesByInstance& there);

} // namespace left4me::ctl
