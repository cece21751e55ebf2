#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance_keys.hpp"

#include <array>
#include <span>
#include <stdexcept>
#include <string_view>

namespace left4me {

/// How systemd takes a setting that is there more than once.
enum class Merging {
    /// The last one counts.
    last,
    /// Values are added up, and an empty one clears them.
    list,
    /// Values are added up, and nothing clears them: dependencies (systemd.unit(5)).
    dependency,
};

/// What goes on with the old value of a setting until the server is restarted. Everything else
/// counts as soon as systemd has read it, or at the next start.
enum class HeldBy { nothing, server, mount };

/// Where a generated setting has its value from; from nothing if all instances have the same.
struct SettingOrigins {
    /// Names of keys of instance.env.
    std::span<const std::string_view> instance_keys = {};
    /// Names of keys of left4me.conf, given or default.
    std::span<const std::string_view> host_keys = {};
    /// What the instance is called.
    bool name = false;
    /// Where its instance.env lies.
    bool source = false;
};

/// Returns where a setting has its value from, if that depends on which value it is.
///
/// \param value  as it is generated for `instance`, quotes and all
using OriginsOfValue = SettingOrigins (*)(std::string_view value, std::string_view instance,
                                          const HostConfiguration& configuration);

/// The OriginsOfValue of RequiresMountsFor=, whose values are the runtime directory and layers.
[[nodiscard]] SettingOrigins origins_of_mount_point(std::string_view value,
                                                    std::string_view instance,
                                                    const HostConfiguration& configuration);

/// The OriginsOfValue of BindPaths= and InaccessiblePaths=, which decide what a server's root shows
/// of the state root and of the instance directories.
[[nodiscard]] SettingOrigins origins_of_view(std::string_view value, std::string_view instance,
                                             const HostConfiguration& configuration);

/// What is known of a setting that the generator writes.
struct SettingRow {
    std::string_view section;
    std::string_view key;
    Merging merging = Merging::last;
    HeldBy held_by = HeldBy::nothing;
    SettingOrigins origins = {};
    /// nullptr if `origins` says it.
    OriginsOfValue origins_of_value = nullptr;
    /// The ending of the names of those units that the row is about. If two rows of one key are
    /// about a unit, the first one counts.
    std::string_view unit_ending = {};
};

namespace setting_rows {

using enum Merging;

inline constexpr std::array layers = {instance_key::layers.name};
inline constexpr std::array command_line = {instance_key::port.name, instance_key::address.name,
                                            instance_key::arguments.name};
inline constexpr std::array autostart = {instance_key::autostart.name};
inline constexpr std::array health = {instance_key::health.name};
inline constexpr std::array root = {host_setting::root.key};
inline constexpr std::array directories = {host_setting::instance_directories.key};
inline constexpr std::array user = {host_setting::runtime_user.key};
inline constexpr std::array interval = {host_setting::start_limit_interval.key};
inline constexpr std::array burst = {host_setting::start_limit_burst.key};
inline constexpr SettingOrigins from_name = {.name = true};
inline constexpr SettingOrigins from_place = {.name = true, .source = true};
inline constexpr SettingOrigins from_root = {.host_keys = root, .name = true};

/// Every setting that the generator writes, and BindReadOnlyPaths= and ReadWritePaths=, which
/// earlier versions wrote: they may still be there until the next reload.
inline constexpr std::array all = std::to_array<SettingRow>({
    {"Unit", "Description", last, HeldBy::nothing, from_name},
    {"Unit", "Documentation", list},
    {"Unit", "SourcePath", last, HeldBy::nothing, from_place},
    {"Unit", "DefaultDependencies"},
    {"Unit", "StopWhenUnneeded"},
    {"Unit", "StartLimitIntervalSec", last, HeldBy::nothing, {.host_keys = interval}},
    {"Unit", "StartLimitBurst", last, HeldBy::nothing, {.host_keys = burst}},
    {"Unit", "Conflicts", dependency},
    {"Unit", "Before", dependency},
    {"Unit", "After", dependency, HeldBy::nothing, from_root, nullptr, ".service"},
    {"Unit", "After", dependency},
    {"Unit", "Wants", dependency, HeldBy::nothing, from_name, nullptr, ".service"},
    {"Unit", "Wants", dependency, HeldBy::nothing, {.instance_keys = autostart, .name = true}},
    {"Unit", "PartOf", dependency, HeldBy::nothing, from_name},
    {"Unit", "RequiresMountsFor", dependency, HeldBy::mount, {}, origins_of_mount_point},
    {"Unit", "X-Left4me-Health", last, HeldBy::nothing, {.instance_keys = health}},
    {"Unit", "ConditionPathExistsGlob", list},
    {"Unit", "ConditionPathIsMountPoint", list},
    {"Unit", "ConditionPathIsSymbolicLink", list},
    {"Mount", "What", last, HeldBy::mount, from_name},
    {"Mount", "Where", last, HeldBy::mount, from_root},
    {"Mount", "Type"},
    {"Mount", "Options"},
    {"Service", "User", last, HeldBy::server, {.host_keys = user}},
    {"Service", "Restart"},
    {"Service", "WorkingDirectory", last, HeldBy::server},
    {"Service", "ExecStartPre", list, HeldBy::nothing, from_name},
    {"Service",
     "ExecStart",
     list,
     HeldBy::server,
     {.instance_keys = command_line, .host_keys = root, .name = true}},
    {"Service", "ExecStopPost", list, HeldBy::nothing, from_name},
    {"Service", "BindPaths", list, HeldBy::server, {}, origins_of_view},
    {"Service", "BindReadOnlyPaths", list, HeldBy::server},
    {"Service", "ReadWritePaths", list, HeldBy::server},
    {"Service", "InaccessiblePaths", list, HeldBy::server, {}, origins_of_view},
});

} // namespace setting_rows

/// Returns the row of a setting; nullptr if the generator never writes it into such a unit.
///
/// \param unit     the unit's name, of which the ending counts
/// \param section  without brackets
[[nodiscard]] const SettingRow* find_setting_row(std::string_view unit, std::string_view section,
                                                 std::string_view key);

/// Returns how systemd takes a setting, in whatever unit; Merging::last if the generator never
/// writes it.
[[nodiscard]] Merging merging_of(std::string_view section, std::string_view key);

/// The key of a setting that has a row.
class SettingKey {
  public:
    /// \throw std::logic_error if it has none, which is an error of the compiler here
    consteval SettingKey(const char* key) {
        for (const SettingRow& row : setting_rows::all)
            if (row.key == key) {
                m_section = row.section;
                m_key = row.key;
                return;
            }
        throw std::logic_error("this setting has no row in generated_settings.hpp");
    }

    [[nodiscard]] constexpr std::string_view section() const { return m_section; }

    [[nodiscard]] constexpr std::string_view key() const { return m_key; }

  private:
    std::string_view m_section;
    std::string_view m_key;
};

} // namespace left4me
