#pragma once

#include "generator/text/exit_status.hpp"
#include "helper/verbs/message_log.hpp"
#include "helper/verbs/server_end.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

// Each verb throws a Refusal, of any kind, for what it refuses, and SystemError (call, path, errno)
// if a call fails. The names of instances are valid.

/// Mounts the overlay of an instance, or leaves it if it is already mounted by the same plan. One
/// that is mounted by another plan is taken down first. If it throws, nothing of a new mount is
/// left, unless the message says that it could not be unmounted either.
///
/// \param log  takes the success and the warnings
void mount_instance(const std::string& name, MessageLog& log);

/// The plan that mount_instance() would carry out, as text for people. Changes nothing. It refuses
/// what shows without mounting, but not a running server, a second overlay or what an earlier one
/// left.
///
/// \param log  takes the warnings about the instance.env
[[nodiscard]] std::string describe_mount(const std::string& name, MessageLog& log);

/// Takes the overlay of an instance down, and removes its record and the server's root, also if it
/// is not mounted. Needs neither its instance.env nor its layers, and left4me.conf only without a
/// record.
///
/// \param end  how the server ended, if systemd says so; what there is to say of it is said even if
///             the overlay cannot be taken down
/// \param log  takes the success, or the warning that an overlay unmounted by others is still in
///             use: its record then stays
void unmount_instance(const std::string& instance, const std::optional<ServerEnd>& end,
                      MessageLog& log);

/// The answer of status.
struct StatusReport {
    std::string text;
    /// A line for each instance that nothing is known of, and for each directory of instances that
    /// cannot be listed.
    std::vector<std::string> problems;
    /// `done` if there are no problems.
    ExitStatus exit_status;
};

/// Shows instances. Changes nothing and waits for nobody.
///
/// \param names  empty for every instance that has an instance.env, a record or an overlay
/// \param json   whether the text is for programs
[[nodiscard]] StatusReport report_status(const std::vector<std::string>& names, bool json);

/// Refuses a mount point other than the merged directory of `instance`.
///
/// \param where  absolute, as mount(8) passes it
/// \throw Refusal (usage) for another one, or (configuration) if left4me.conf cannot be used
/// \throw SystemError if the system is short of something
void require_merged(const std::string& instance, const std::string& where);

} // namespace left4me
