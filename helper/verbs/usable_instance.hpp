#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "helper/verbs/message_log.hpp"

#include <string>

namespace left4me {

/// Reads the instance.env of `name` from the instance directories.
///
/// \param log  takes the warnings about it
/// \throw Refusal (no_such_instance) if there is none, otherwise as require_usable()
/// \throw SystemError if the system is short of something
[[nodiscard]] Instance read_instance(const std::string& name, const HostTree& tree,
                                     const HostConfiguration& configuration, MessageLog& log);

/// Refuses an instance that cannot be used.
///
/// \return the instance of the reading
/// \throw Refusal (configuration) with the errors of its file or its units, (policy) with those of
///        check_layer_policy()
[[nodiscard]] Instance require_usable(InstanceReading reading,
                                      const HostConfiguration& configuration);

/// Warns if systemd has not read instance.env since it changed: what is mounted is of the new one,
/// and what the server is started with of the old.
///
/// \throw SystemError if the system is short of something
void warn_of_unread_file(const HostTree& tree, const Instance& instance,
                         const HostConfiguration& configuration, MessageLog& log);

/// Rules for a survey of this host that ends with the first Refusal or SystemError, which it
/// throws.
[[nodiscard]] SurveyRules stop_at_first_refusal();

/// Chooses the way to tell the kernel the layers: Way= of left4me.conf, otherwise descriptors if
/// this kernel takes them.
///
/// \param directory  any, opened with O_PATH
/// \throw SystemError as takes_descriptors()
[[nodiscard]] MountWay choose_way(const HostConfiguration& configuration, int directory);

} // namespace left4me
