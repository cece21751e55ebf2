#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// The template of all servers.
inline constexpr std::string_view service_template = "l4d2@.service";
/// What list_units() finds all servers by.
inline constexpr const char* service_pattern = "l4d2@*.service";
/// What wants every server with autostart, and the directory of its links.
inline constexpr std::string_view servers_target = "l4d2.target";
inline constexpr std::string_view servers_target_wants = "l4d2.target.wants";
/// Reads systemd's units again once what was mounted late is mounted.
inline constexpr std::string_view late_instances_service = "left4me-late-instances.service";
/// What every drop-in of the generator is called.
inline constexpr std::string_view drop_in_name = "50-left4me.conf";

/// Returns `l4d2@NAME.service`.
[[nodiscard]] std::string service_name(std::string_view instance);

/// Returns what systemctl(1) takes for that service: `l4d2@NAME`, or `l4d2@NAME.service` if NAME
/// ends as a unit's name does, which an earlier version took.
[[nodiscard]] std::string systemctl_name(std::string_view instance);

/// Returns the name of the target of the file systems that `instance` needs:
/// `l4d2-layers@NAME.target`.
[[nodiscard]] std::string layers_target_name(std::string_view instance);

/// Returns NAME of a `unit` that is called `l4d2@NAME.service`; nothing if it is another unit, or
/// NAME is not an instance's name.
///
/// \param ending  what stands behind NAME, for names that go on behind the unit's
[[nodiscard]] std::optional<std::string> instance_of_service(std::string_view unit,
                                                             std::string_view ending = ".service");

/// Returns NAME of a `unit` that is called `l4d2-layers@NAME.target`; otherwise as
/// instance_of_service().
[[nodiscard]] std::optional<std::string> instance_of_layers_target(std::string_view unit);

} // namespace left4me
