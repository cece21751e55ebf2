#pragma once

#include "generator/instance/user_ids.hpp"

#include <optional>
#include <string>

namespace left4me {

/// The ids of a user and of its primary group.
///
/// \param user  a name, or a number; a number that nobody has stands for itself and a group of that
/// number \return nothing when there is no such name \throw SystemError when the user database
/// cannot be read
[[nodiscard]] std::optional<UserIds> find_user(const std::string& user);

} // namespace left4me
