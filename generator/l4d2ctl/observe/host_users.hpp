#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <optional>
#include <string>

namespace left4me::ctl {

/// The users of the host or of a tree that stands for it.
class HostUsers {
  public:
    /// \param live  whether `tree` is this host, whose users getpwnam(3) knows; a tree has only
    ///              those of its /etc/passwd
    HostUsers(const HostTree& tree, bool live) : m_tree(tree), m_live(live) {}

    /// find_user() of the helper.
    ///
    /// \throw SystemError when the user database cannot be read
    [[nodiscard]] std::optional<UserIds> find(const std::string& user) const;

  private:
    const HostTree& m_tree;
    bool m_live;
};

} // namespace left4me::ctl
