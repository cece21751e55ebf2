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
    /// Empty if the setting clears what was there.
    std::string value;
    /// The line that it begins on, counted from 1.
    unsigned line = 0;
};

/// The settings of a unit file, in their order.
struct UnitSettings {
    std::vector<UnitSetting> settings;
    /// The line of a '[' without its ']', where systemd stops reading; 0 if there is none.
    unsigned broken_line = 0;
};

/// Reads the text of a unit file as systemd does (systemd.syntax(7)): comments, continuation lines
/// with comments between them, and blanks around keys and values. It skips what systemd skips:
/// lines without a key or '=', lines before the first section, and lines that are not UTF-8.
[[nodiscard]] UnitSettings parse_unit_settings(std::string_view text);

/// A setting in a file of the generator's.
struct GeneratedSetting {
    /// The unit that it configures. A symlink in l4d2.target.wants counts as Wants= of l4d2.target.
    std::string unit;
    std::string section;
    std::string key;
    std::string value;
    /// Relative to the generator's directory.
    std::string file;
    /// Counted from 1; 0 for a symlink.
    unsigned line = 0;
};

/// The settings in files of the generator's, in their order, without those that have no value.
[[nodiscard]] std::vector<GeneratedSetting> settings_of(const std::vector<UnitFile>& files);

/// The unit that a file, a drop-in or a symlink in a `.wants` directory configures.
///
/// \param path  relative to the generator's directory
[[nodiscard]] std::string unit_of_file(std::string_view path);

/// Looks up what the value of a setting comes from (SettingRow in generated_settings.hpp).
///
/// \param setting  of a usable instance, not of left4me-late-instances.service
/// \return empty for a setting that the generator never writes
[[nodiscard]] SettingOrigins origins_of(const GeneratedSetting& setting, std::string_view instance,
                                        const HostConfiguration& configuration);

} // namespace left4me::ctl
