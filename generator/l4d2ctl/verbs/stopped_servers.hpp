#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/verbs/listed_server.hpp"

#include <vector>

namespace left4me::ctl {

/// Looks at why servers that do not run do not, and what would keep them from being started, and
/// fills in what `service` has besides, mounted_at, refusal, server_fault and port_taken. It looks
/// at few: at all it would take as long as the rest of a list.
///
/// \param servers  all
/// \param tree, configuration, overlays  of this host
/// \throw SystemError
void look_at_stopped(const std::vector<ListedServer*>& servers, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays);

} // namespace left4me::ctl
