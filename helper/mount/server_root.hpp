#pragma once

#include <string>

namespace left4me {

/// Makes /run/left4me-root/NAME, which belongs to root: the root directory of a server
/// (l4d2@.service(5), SANDBOX). What is there already stays as it is, unless a link leads
/// elsewhere. It holds
/// - a mount point for everything that the units show of the host, so that systemd makes none;
/// - the symlinks that lead from the host's root directory into /usr;
/// - the link `merged` to the instance's merged directory: systemd would start the mount unit of a
///   working directory that it knows by the path of its mount (facts: "What closes it");
/// - HOME, with a link to Steam's library if the overlay has that.
///
/// \param parent     runtime/NAME, opened, with the overlay mounted on its merged
/// \param directory  the path of that
/// \throw SystemError if a directory or a link cannot be made; what is made by then stays
void make_server_root(const std::string& instance, int parent, const std::string& directory);

/// Removes what make_server_root() made, and what systemd has made in it for an administrator's
/// own settings, except what something is mounted on. Does nothing if it does not exist.
///
/// \throw SystemError if something cannot be removed for another reason
void remove_server_root(const std::string& instance);

} // namespace left4me
