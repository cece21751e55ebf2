#pragma once

#include "generator/instance/user_ids.hpp"
#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// A user as left4me.conf names it: by name, or by a number.
struct NamedUser {
    std::string name;
    UserIds ids{};
};

/// What chown(1) takes for a user and its primary group.
[[nodiscard]] std::string owner_argument(const NamedUser& user);

/// A path, which may be a stranger's, as an argument of a command that root copies into a shell: it
/// is one word there, whatever is in it. What one_line() escapes stays escaped.
[[nodiscard]] std::string shell_argument(const std::string& path);

/// A command that gives all that is `from`'s in some directories to `to`.
[[nodiscard]] std::string chown_from(UserIds from, const NamedUser& to,
                                     const std::vector<std::string>& directories);

/// upper, work or merged, when it is neither the servers' nor root's.
struct ForeignDirectory {
    std::string name;
    UserIds owner{};
};

/// What is wrong with the directories of an instance that somebody else owns, as after they were
/// copied from a host on which the servers' user has another number, and all that has to be done.
///
/// \param directory   of the instance
/// \param foreign     in it
/// \param may_enter   whether the servers' user may enter `directory`
/// \return nothing when there is nothing to object to
[[nodiscard]] std::optional<Complaint>
objection_to_owners(const std::string& directory, const std::vector<ForeignDirectory>& foreign,
                    bool may_enter, const NamedUser& servers);

} // namespace left4me
