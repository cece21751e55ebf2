#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace left4me {

/// Something in a tree, not opened itself.
struct TreeEntry {
    /// The directory that holds it, opened.
    int directory;
    /// In that directory; "." for the top.
    const char* name;
    /// For messages.
    const std::string& path;
};

enum class TreeObstacle {
    mount_point,
    /// More than `deepest_directory` directories below the top.
    too_deep,
    /// More entries before it than are to be looked at, and nothing further is.
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
    /// Called for the top and for everything in it, a directory before what it holds.
    /// \return false when it was gone
    std::function<bool(const TreeEntry&)> visit;
    /// Called for a directory, after `visit`, that will not be walked through, or no further.
    std::function<void(TreeObstacle, const std::string& path)> stop_at;
};

/// Walks through a directory that others may change meanwhile, past no symlink and into no other
/// mount. What it holds in memory grows with the depth of the tree and not with its files. fts(3)
/// would do most of this, but with paths: whoever owns the tree could lead it out.
///
/// \param top   the opened directory
/// \param path  of it, for messages
/// \param most  entries to look at
/// \return false when something was gone between being listed and being looked at
/// \throw SystemError, and what the visitor throws
bool walk_tree(int top, const std::string& path, const TreeVisitor& visitor,
               std::size_t most = most_entries);

} // namespace left4me
