#pragma once

#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/text/diagnostic.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// What is wrong with the ExecStart= lines of an administrator's drop-ins, whatever is installed:
/// systemd takes one of them, and takes none that names its program by a relative path
/// (systemd.service(5), "Command lines").
///
/// \param commands  all that count for a service, in their order
/// \return errors, in that order
[[nodiscard]] Diagnostics objections_to_commands(const std::vector<SettingValue>& commands);

/// The only command that systemd takes of those, if an administrator's drop-in has it; nullptr if
/// there is none, or there are several.
[[nodiscard]] const SettingValue* own_command(const std::vector<SettingValue>& commands);

/// The program of an ExecStart=.
///
/// \return "" where systemd makes something of it that cannot be told from the file
[[nodiscard]] std::string program_of_command(const std::string& value);

} // namespace left4me::ctl
