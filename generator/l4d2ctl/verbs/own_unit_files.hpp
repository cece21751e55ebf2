#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/verbs/listed_server.hpp"

#include <vector>

namespace left4me::ctl {

/// Fills in command_port of a server whose own unit files or drop-ins set its ExecStart=.
///
/// \param there  what the generator has left
/// \throw SystemError
void look_for_own_port(ListedServer& server, const HostTree& tree, const FilesByInstance& there);

/// Has systemd say of servers one of whose unit files has changed since the last reload whether it
/// has read that, and fills in unread_file and needs_reload.
///
/// \throw SystemError
void confirm_unread_files(const std::vector<ListedServer*>& servers);

} // namespace left4me::ctl
