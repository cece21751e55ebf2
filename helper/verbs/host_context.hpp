#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/host_configuration.hpp"

#include <string>

namespace left4me {

/// Refuses to work for anybody but root.
///
/// \throw Refusal (policy) if the effective user is not root
void require_root();

/// Refuses to work for anybody but root, and anywhere but in PID 1's mount namespace
/// (mount_namespaces(7)).
///
/// \param verb, instance  for the message, which says how to call the helper; `instance` may be
///                        empty or several names
/// \throw Refusal (policy) if the caller is not root or is elsewhere; SystemError if stat(2) of a
///        namespace fails
void require_mount_namespace(const char* verb, const std::string& instance);

/// Reads left4me.conf. Its warnings are dropped: the generator reports them.
///
/// \throw Refusal (configuration) with its errors; SystemError if the system is short of something
[[nodiscard]] HostConfiguration load_host_configuration(const HostTree& tree);

/// The failed call in one line, with the usual cause if failure_advice() knows one.
[[nodiscard]] std::string explain(const SystemError& error);

} // namespace left4me
