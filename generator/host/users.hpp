#pragma once

#include "generator/instance/user_ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace left4me {

/// A user that is given by its number.
///
/// \return nothing when `text` is none
[[nodiscard]] std::optional<std::uint32_t> parse_user_number(const std::string& text);

/// The ids of a user and of its primary group.
///
/// \param user  a name, or a number; a number that nobody has stands for itself and a group of that
/// number \return nothing when there is no such name \throw SystemError when the user database
/// cannot be read
[[nodiscard]] std::optional<UserIds> find_user(const std::string& user);

} // namespace left4me
