#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/server_program.hpp"
#include "generator/text/diagnostic.hpp"

namespace left4me::ctl {

/// What keeps the server of an instance from being executed: the game's program, or what an
/// administrator's drop-in has put in the place of the generated ExecStart=, at the file and line
/// that say it.
///
/// \param instance  that can be used
/// \param programs  of its overlay
/// \throw SystemError
[[nodiscard]] Diagnostics inspect_server_command(const HostTree& tree, const Instance& instance,
                                                 const HostConfiguration& configuration,
                                                 const ServerPrograms& programs);

} // namespace left4me::ctl
