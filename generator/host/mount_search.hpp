#pragma once

#include "generator/host/host_tree.hpp"

#include <string>
#include <vector>

namespace left4me {

/// What may still be mounted on the way to a directory, as systemd's generators run before most
/// file systems are (systemd.generator(7)).
struct MountSearch {
    /// Why the way cannot be taken, a clause: "leads through …". A symlink may cause it, which is
    /// not the administrator's word. Empty if it can; otherwise nothing else here means anything.
    std::string problem;
    /// The directories on the way, the last one included, that have nothing mounted on them,
    /// symlinks resolved. What does not exist is one of them.
    std::vector<std::string> not_mounted;
    /// An automounter waits on the way. Going on would wait for it, or show what lies below: the
    /// kernel lets the automounter's own process group, which is systemd's and its generators',
    /// pass.
    bool behind_automount = false;
    /// The path with its symlinks resolved, as far as they can be seen without waiting.
    std::string resolved;
    /// The first symlink on the way that others than root and whoever runs this could replace, and
    /// the directory that lets them. Both are empty if there is none.
    std::string replaceable_link;
    std::string writable_directory;
};

/// Walks to `path` without triggering an automount. More than 256 directories and symlinks on the
/// way are a problem, and so is one with an awkward path (is_awkward_path()).
///
/// \param path  absolute and normalised
/// \throw SystemError (openat2) if the system is short of something (is_shortage())
[[nodiscard]] MountSearch search_mounts(const HostTree& tree, const std::string& path);

} // namespace left4me
