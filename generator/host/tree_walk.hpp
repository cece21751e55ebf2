#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace left4me {

/// Something in a tree, not opened itself. It is valid during the call that gets it.
struct TreeEntry {
    /// The directory that holds it, opened.
    int directory;
    /// In that directory; "." for the top.
    const char* name;
    /// For messages.
    const std::string& path;
};

/// Why a directory is not walked through, or no further.
enum class TreeObstacle {
    mount_point,
    /// More than `deepest_directory` directories below the top.
    too_deep,
    /// As many entries have been looked at as were to be, and nothing further is.
    too_many,
    /// Whoever runs this may not look into it.
    unreadable,
};

/// Deeper than any game's tree, and few enough descriptors.
inline constexpr int deepest_directory = 100;

/// More than a game and all its addons have; whoever owns the tree could make it grow as fast as it
/// is walked through.
inline constexpr std::size_t most_entries = 4'000'000;

struct TreeVisitor {
    /// Called for the top and for everything in it, a directory before what it holds; returns
    /// false if the entry was gone.
    std::function<bool(const TreeEntry&)> visit;
    /// Called after `visit` for a directory that will not be walked through, or no further.
    std::function<void(TreeObstacle, const std::string& path)> stop_at;
};

/// Walks through a directory that others may change meanwhile, past no symlink and into no other
/// mount. Its memory grows with the depth of the tree and not with its files. fts(3) would do most
/// of this, but with paths: whoever owns the tree could lead it out.
///
/// \param top   the opened directory, O_PATH will do
/// \param path  of it, for messages
/// \param most  entries to look at, without the top
/// \return false if something was gone between being listed and being looked at
/// \throw SystemError if a directory cannot be opened or read for any reason that is not a
///        TreeObstacle; what the visitor throws
bool walk_tree(int top, const std::string& path, const TreeVisitor& visitor,
               std::size_t most = most_entries);

} // namespace left4me
