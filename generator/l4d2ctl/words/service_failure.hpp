#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"

#include <string>

namespace left4me::ctl {

/// Why a server that failed, or that systemd is about to start again, has ended, and what to do, in
/// one line.
///
/// \param server  with a service
[[nodiscard]] std::string why_failed(const ServerOverview& server);

/// Whether left4me-overlay refused to mount it.
[[nodiscard]] bool was_refused(const ServiceState& service);

/// Whether systemd has read a unit of it that it cannot use.
[[nodiscard]] bool has_bad_unit(const ServiceState& service);

/// Whether a condition or an assertion of its unit kept it from being started.
[[nodiscard]] bool was_skipped(const ServiceState& service);

/// Whether its server ended by itself, with exit code 0, which systemd takes for no failure.
[[nodiscard]] bool has_quit(const ServiceState& service);

/// Whether a signal ended it that is not the one systemd stops it with, and was no failure.
[[nodiscard]] bool was_ended_by_somebody(const ServiceState& service);

/// Why systemd does not start one that is down, and what to do, in one line.
///
/// \param server  with a service
/// \return "" when it would be started
[[nodiscard]] std::string why_not_started(const ServerOverview& server);

} // namespace left4me::ctl
