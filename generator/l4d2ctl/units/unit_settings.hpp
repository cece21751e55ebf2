#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/units/generated_settings.hpp"
#include "generator/units/instance_units.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// One `Key=value` of a unit file or drop-in.
struct UnitSetting {
    std::string section;
    std::string key;
    /// Empty where the setting clears what was there.
    std::string value;
    /// The line that it begins on, counted from 1.
    unsigned line = 0;
};

struct UnitSettings {
    std::vector<UnitSetting> settings;
    /// The line at which systemd stops reading, since it is no section header; 0 when it does not.
    unsigned broken_line = 0;
};

/// Reads the text of a unit file as systemd does (systemd.syntax(7)): comments, continuation lines
/// with comments between them, and blanks around keys and values. What systemd passes over is
/// passed over: lines without '=', what stands before the first section, what is not UTF-8.
[[nodiscard]] UnitSettings parse_unit_settings(std::string_view text);

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

/// The settings in the files that the generator makes, without those that only clear a list.
[[nodiscard]] std::vector<GeneratedSetting> settings_of(const std::vector<UnitFile>& files);

/// The unit whose file or drop-in `path` is, relative to the generator's directory.
[[nodiscard]] std::string unit_of_file(std::string_view path);

/// \param setting  of an instance that can be used, not of left4me-late-instances.service
[[nodiscard]] SettingOrigins origins_of(const GeneratedSetting& setting, std::string_view instance,
                                        const HostConfiguration& configuration);

} // namespace left4me::ctl
