#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/server_program.hpp"
#include "generator/text/diagnostic.hpp"

namespace left4me::ctl {

/// What keeps systemd from starting the server of an instance: the game's program, or what an
/// administrator's drop-in has put in the place of the generated ExecStart=, or a condition or an
/// assertion that does not hold; at the file and line that say it.
///
/// \param instance  that can be used
/// \param programs  of its overlay
/// \return errors; of a condition or an assertion, which may hold by the next start, a warning
/// \throw SystemError
[[nodiscard]] Diagnostics inspect_service(const HostTree& tree, const Instance& instance,
                                          const HostConfiguration& configuration,
                                          const ServerPrograms& programs);

} // namespace left4me::ctl
