#pragma once

#include <string>

namespace left4me {

/// Makes /run/left4me-root/NAME, which is root's, and in it the link `merged` to the instance's
/// merged directory: systemd is told of it by this way, since it would start the mount unit of a
/// working directory that it knows by the path of its mount (facts: "What closes it"). Does nothing
/// where they are there already.
///
/// \param merged  where the link leads
/// \throw SystemError
void make_server_root(const std::string& instance, const std::string& merged);

/// Removes what make_server_root() made, and nothing else. Does nothing where it is not there.
///
/// \throw SystemError
void remove_server_root(const std::string& instance);

} // namespace left4me
