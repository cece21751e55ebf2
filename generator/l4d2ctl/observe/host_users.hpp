#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/user_ids.hpp"

#include <optional>
#include <string>

namespace left4me::ctl {

/// find_user() of generator/host/users.hpp, for this host or a tree that stands for one.
///
/// \param live  whether `tree` is this host, whose users getpwnam(3) knows; a tree has only those
///              of its /etc/passwd, if it has that
/// \param user  a name or a number
/// \return nullopt if there is no such name; a number that nobody has stands for itself and its
///         group
/// \throw SystemError if the user database cannot be read; a tree's may have 4 MiB
[[nodiscard]] std::optional<UserIds> find_host_user(const HostTree& tree, bool live,
                                                    const std::string& user);

} // namespace left4me::ctl
