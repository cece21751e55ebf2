#pragma once

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

} // namespace left4me::ctl
