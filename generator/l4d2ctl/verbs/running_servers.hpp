#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/verbs/listed_server.hpp"

#include <vector>

namespace left4me::ctl {

/// Compares running servers with what a start would make of them now. Fills in running_port,
/// running_address, needs_restart, warning, layers_replaced and started_between of their overviews.
///
/// \param running  servers that are active, with name, port and needs_reload filled in
/// \param tree, configuration, overlays  of this host
/// \param there    what the generator has left
/// \throw SystemError if a record, a process or systemd cannot be asked
void look_at_running(const std::vector<ListedServer*>& running, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays,
                     const FilesByInstance& there);

} // namespace left4me::ctl
