#pragma once

#include "generator/instance/layer_roots.hpp"

#include <array>
#include <string_view>

namespace left4me {

/// A setting that left4me.conf may have.
struct HostSetting {
    std::string_view section;
    std::string_view key;
    /// As somebody would write it.
    std::string_view default_value;
};

namespace host_setting {

inline constexpr HostSetting root = {"Paths", "Root", "/var/lib/left4me"};
inline constexpr HostSetting instance_directories = {"Paths", "InstanceDirectories",
                                                     "/etc/left4me/instances:instances"};
inline constexpr HostSetting layer_roots = {"Paths", "LayerRoots", default_layer_roots};
inline constexpr HostSetting runtime_user = {"Users", "RuntimeUser", "left4me"};
inline constexpr HostSetting sandbox_user = {"Users", "SandboxUser", "l4d2-sandbox"};
inline constexpr HostSetting start_limit_interval = {"Servers", "StartLimitIntervalSec", "60s"};
inline constexpr HostSetting start_limit_burst = {"Servers", "StartLimitBurst", "5"};
inline constexpr HostSetting max_instances = {"Servers", "MaxInstances", "1000"};
inline constexpr HostSetting mount_way = {"Mount", "Way", "auto"};
inline constexpr HostSetting watch_interval = {"Watch", "IntervalSec", "10"};
inline constexpr HostSetting silence_limit = {"Watch", "SilentSec", "180"};

} // namespace host_setting

/// Every setting that there is.
inline constexpr std::array host_settings = {host_setting::root,
                                             host_setting::instance_directories,
                                             host_setting::layer_roots,
                                             host_setting::runtime_user,
                                             host_setting::sandbox_user,
                                             host_setting::start_limit_interval,
                                             host_setting::start_limit_burst,
                                             host_setting::max_instances,
                                             host_setting::mount_way,
                                             host_setting::watch_interval,
                                             host_setting::silence_limit};

} // namespace left4me
