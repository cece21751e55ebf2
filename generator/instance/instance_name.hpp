#pragma once

#include <string_view>

namespace left4me {

/// The rule of is_instance_name(), for people.
inline constexpr std::string_view instance_name_rule =
    "1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";

/// Whether `name` may name an instance: `[A-Za-z0-9][A-Za-z0-9_.-]{0,62}`. Such a name is always
/// one path component, never hidden, and needs no escaping as a unit's instance (systemd.unit(5)).
[[nodiscard]] bool is_instance_name(std::string_view name);

} // namespace left4me
