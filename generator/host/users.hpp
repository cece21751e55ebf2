#pragma once

#include "generator/instance/user_ids.hpp"

#include <optional>
#include <string>

namespace left4me {

/// Returns the ids of a user and of its primary group, by getpwnam_r(3).
///
/// \param user  a name, or a number; a number that nobody has stands for itself and a group of
///              that number
/// \return nothing if nobody has that name
/// \throw SystemError (getpwnam_r, getpwuid_r) if the user database cannot be read
[[nodiscard]] std::optional<UserIds> find_user(const std::string& user);

} // namespace left4me
