#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "helper/silent/end_request.hpp"

#include <string>

namespace left4me {

/// Ends a server that has gone silent, once, with SIGABRT to its main process: Restart= and the
/// start limit of its unit decide what comes then.
///
/// \param name  a valid instance name
/// \throw Refusal (no_such_instance, configuration, policy) if instance.env does not ask for it,
///        (busy) if the run that is meant has ended or is being stopped; SystemError
void end_silent_server(const std::string& name, const EndRequest& request, const HostTree& tree,
                       const HostConfiguration& configuration);

} // namespace left4me
