#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/text/exit_status.hpp"

#include <string>

namespace left4me {

/// Refuses to work for anybody but root.
///
/// \throw VerbFailure
void require_root();

/// Refuses to work for anybody but root, and anywhere but in PID 1's mount namespace.
///
/// \param verb  for the message, which says how to call it
/// \throw VerbFailure, SystemError
void require_mount_namespace(const char* verb, const std::string& instance);

/// left4me.conf, resolved.
///
/// \throw VerbFailure with its errors, SystemError
[[nodiscard]] HostConfiguration load_host_configuration(const HostTree& tree);

/// The failed call with what usually lies behind it, as failure_advice() puts it.
[[nodiscard]] std::string explain(const SystemError& error);

/// Ends the verb with the errors among `diagnostics`, one line each.
[[noreturn]] void fail(ExitStatus status, const Diagnostics& diagnostics);

} // namespace left4me
