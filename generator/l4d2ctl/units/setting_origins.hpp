#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// What a generated setting says.
struct GeneratedSetting {
    /// The unit that it is a setting of. A symlink in l4d2.target.wants is a `Wants=` of that.
    std::string unit;
    std::string section;
    std::string key;
    std::string value;
    /// Relative to the generator's directory.
    std::string file;
    /// 0 for a symlink.
    unsigned line = 0;
};

/// Where a generated setting has its value from.
struct SettingOrigins {
    /// Keys of instance.env.
    std::vector<std::string_view> instance_keys;
    /// Keys of left4me.conf, given or default.
    std::vector<std::string_view> host_keys;
    /// What the instance is called.
    bool name = false;
    /// Where its instance.env lies.
    bool source = false;
};

/// The settings in the files that the generator makes, without those that only clear a list.
[[nodiscard]] std::vector<GeneratedSetting> settings_of(const std::vector<UnitFile>& files);

/// The unit whose file or drop-in `path` is, relative to the generator's directory.
[[nodiscard]] std::string unit_of_file(std::string_view path);

/// \param setting  of an instance that can be used, not of left4me-late-instances.service
[[nodiscard]] SettingOrigins origins_of(const GeneratedSetting& setting, std::string_view instance,
                                        const HostConfiguration& configuration);

} // namespace left4me::ctl
