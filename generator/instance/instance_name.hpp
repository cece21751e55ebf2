#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <string_view>

namespace left4me {

/// What every name of an instance is made of, for people.
inline constexpr std::string_view instance_name_characters =
    "1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";

/// Whether `name` may name an instance: `[A-Za-z0-9][A-Za-z0-9_.-]{0,62}`, without the ending of a
/// unit's name. Such a name is always one path component, never hidden, and needs no escaping as a
/// unit's instance (systemd.unit(5)). systemctl(1) takes `l4d2@NAME` for its service.
[[nodiscard]] bool is_instance_name(std::string_view name);

/// Whether `name` may name an instance, or could with an earlier version, which took
/// `alpha.service`. For code that looks at mounts and takes them down.
[[nodiscard]] bool is_name_of_any_version(std::string_view name);

/// Returns the ending of `name` that makes a unit's name of it (systemd.unit(5)), with its dot; ""
/// if it has none.
[[nodiscard]] std::string_view unit_ending_of(std::string_view name);

/// Returns what an instance's name has to be and `name` is not, for people, to stand behind "is".
///
/// \param name  one that is_instance_name() does not take
[[nodiscard]] std::string instance_name_rule(std::string_view name);

/// Returns why an instance that is mounted has no instance.env that counts, and what to do.
[[nodiscard]] Complaint why_retired(std::string_view name);

} // namespace left4me
