#pragma once

#include "generator/text/exit_status.hpp"
#include "helper/verbs/message_log.hpp"
#include "helper/verbs/server_end.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// Mounts the overlay of the instance `name`, or leaves it when it is mounted by the same plan
/// already.
///
/// \throw Refusal, SystemError; then nothing of a new mount is left
void mount_instance(const std::string& name, MessageLog& log);

/// The plan that mount_instance() would carry out, as text. Changes nothing, and refuses what it
/// would refuse.
///
/// \throw Refusal, SystemError
[[nodiscard]] std::string describe_mount(const std::string& name, MessageLog& log);

/// Takes the overlay of `instance` down, or does nothing when it is not mounted. Needs neither its
/// instance.env nor its layers.
///
/// \param end  how the server ended, where systemd says so; what there is to say of it is said even
///             when the overlay cannot be taken down
/// \throw Refusal, SystemError
void unmount_instance(const std::string& instance, const std::optional<ServerEnd>& end,
                      MessageLog& log);

/// What status has to say.
struct StatusReport {
    std::string text;
    /// A line for each instance that nothing is known of, and for each directory of instances that
    /// cannot be listed.
    std::vector<std::string> problems;
    ExitStatus exit_status;
};

/// Shows instances: those named, or every one that has an instance.env, a record, or an overlay.
/// Changes nothing and waits for nobody.
///
/// \param json  the text is for programs
/// \throw Refusal, SystemError
[[nodiscard]] StatusReport report_status(const std::vector<std::string>& names, bool json);

/// Refuses a mount point other than the merged directory of `instance`.
///
/// \throw Refusal
void require_merged(const std::string& instance, const std::string& where);

} // namespace left4me
