#pragma once

#include <string>

namespace left4me {

/// Makes /run/left4me-root/NAME, which is root's: the root directory of a server
/// (l4d2@.service(5), SANDBOX). In it are a mount point for everything that the units show of the
/// host, so that systemd makes none itself; the symlinks that lead from the host's root directory
/// into /usr; the link `merged` to the instance's merged directory, since systemd would start the
/// mount unit of a working directory that it knows by the path of its mount (facts: "What closes
/// it"); and HOME, with a link to Steam's library where the overlay has that. What is there already
/// is left as it is, unless a link leads elsewhere.
///
/// \param parent     runtime/NAME, opened, with the overlay mounted on its merged
/// \param directory  its path
/// \throw SystemError
void make_server_root(const std::string& instance, int parent, const std::string& directory);

/// Removes what make_server_root() made, and what systemd has made in it for an administrator's
/// own settings. Does nothing where it is not there.
///
/// \throw SystemError
void remove_server_root(const std::string& instance);

} // namespace left4me
