#pragma once

#include "host/file_descriptor.hpp"
#include "host/host_tree.hpp"
#include "instance/host_configuration.hpp"
#include "instance/instance.hpp"
#include "kernel/layer_directories.hpp"
#include "message_log.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_plan.hpp"

#include <string>
#include <vector>

namespace left4me {

/// What was opened, and the plan made of it.
struct PreparedMount {
    HostConfiguration configuration;
    Instance instance;
    FileDescriptor root;
    std::vector<OpenLayer> layers;
    MountPlan plan;
};

/// Reads what `name` is, opens its layers, and decides how they are mounted. Changes nothing.
///
/// \param log  takes the warnings about its instance.env
/// \throw VerbFailure, SystemError
[[nodiscard]] PreparedMount prepare_mount(const std::string& name, const MessageLog& log);

/// The same, of an instance.env that was read.
///
/// \throw VerbFailure, SystemError
[[nodiscard]] PreparedMount prepare_mount(const HostTree& tree, HostConfiguration configuration,
                                          InstanceReading reading);

} // namespace left4me
