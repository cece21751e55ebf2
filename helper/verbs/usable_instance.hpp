#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "helper/verbs/message_log.hpp"

#include <string>

namespace left4me {

/// What `name` is.
///
/// \param log  takes the warnings about its instance.env
/// \throw Refusal, SystemError
[[nodiscard]] Instance read_instance(const std::string& name, const HostTree& tree,
                                     const HostConfiguration& configuration, MessageLog& log);

/// The instance that was read.
///
/// \throw Refusal when it cannot be used
[[nodiscard]] Instance require_usable(InstanceReading reading,
                                      const HostConfiguration& configuration);

/// A survey of this host that ends with the first refusal, as a Refusal or SystemError.
[[nodiscard]] SurveyRules stop_at_first_refusal();

/// As left4me.conf says, or else as the kernel does.
///
/// \param directory  any, opened with O_PATH
/// \throw SystemError
[[nodiscard]] MountWay choose_way(const HostConfiguration& configuration, int directory);

} // namespace left4me
