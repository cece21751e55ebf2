#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/host_configuration.hpp"

#include <string>

namespace left4me {

/// Refuses to work for anybody but root.
///
/// \throw Refusal
void require_root();

/// Refuses to work for anybody but root, and anywhere but in PID 1's mount namespace.
///
/// \param verb  for the message, which says how to call it
/// \throw Refusal, SystemError
void require_mount_namespace(const char* verb, const std::string& instance);

/// left4me.conf, resolved.
///
/// \throw Refusal with its errors, SystemError
[[nodiscard]] HostConfiguration load_host_configuration(const HostTree& tree);

/// The failed call with what usually lies behind it, as failure_advice() puts it.
[[nodiscard]] std::string explain(const SystemError& error);

} // namespace left4me
