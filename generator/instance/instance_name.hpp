#pragma once

#include <string_view>

namespace left4me {

/// Whether `name` may name an instance: `[A-Za-z0-9][A-Za-z0-9_.-]{0,62}`. Such a name is always
/// one path component, never hidden, and the same in a unit name as it is.
[[nodiscard]] bool is_instance_name(std::string_view name);

} // namespace left4me
