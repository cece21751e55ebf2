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

/// `l4d2@NAME.service`.
[[nodiscard]] std::string service_name(std::string_view instance);

/// The name of the target of the file systems that `instance` needs: `l4d2-layers@NAME.target`.
[[nodiscard]] std::string layers_target_name(std::string_view instance);

/// The instance whose service is called `l4d2@NAME.service`.
///
/// \param ending  what stands behind NAME
/// \return nothing when it is another unit, or NAME is not an instance's name
[[nodiscard]] std::optional<std::string> instance_of_service(std::string_view unit,
                                                             std::string_view ending = ".service");

/// The instance whose file systems a target called `l4d2-layers@NAME.target` waits for.
///
/// \return nothing as by instance_of_service()
[[nodiscard]] std::optional<std::string> instance_of_layers_target(std::string_view unit);

} // namespace left4me
