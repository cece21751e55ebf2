#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/user_ids.hpp"

#include <optional>
#include <string>

namespace left4me::ctl {

/// find_user() of the helper, for the host or a tree that stands for it.
///
/// \param live  whether `tree` is this host, whose users getpwnam(3) knows; a tree has only those
///              of its /etc/passwd
/// \throw SystemError when the user database cannot be read
[[nodiscard]] std::optional<UserIds> find_host_user(const HostTree& tree, bool live,
                                                    const std::string& user);

} // namespace left4me::ctl
