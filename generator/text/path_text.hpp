#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// `path` made absolute (below `base` when it is relative) and plain: no repeated, trailing or `.`
/// components. The text only: no file system is asked, no symlink is looked at.
///
/// \return nothing when a component is `..`, which cannot be resolved without following symlinks
[[nodiscard]] std::optional<std::string> normalize_path(std::string_view base,
                                                        std::string_view path);

/// What is left of `path` below `directory`, both normalised: "" when they are the same, nothing
/// when `path` is elsewhere.
[[nodiscard]] std::optional<std::string_view> path_below(std::string_view path,
                                                         std::string_view directory);

struct PathList {
    std::vector<std::string> paths;
    /// What is wrong with the list, empty when nothing is.
    std::string problem;
};

/// Splits a colon-separated list of paths. `\:` is a colon and `\\` a backslash; any other
/// backslash is a problem, and so is an empty element.
[[nodiscard]] PathList split_path_list(std::string_view text);

/// Whether `text` has a control character (text/utf8.hpp), which no path or argument may have: a
/// unit file could not hold some of them, and the others make a log lie.
///
/// \param text  UTF-8
[[nodiscard]] bool has_control_character(std::string_view text);

/// Whether `path` has what a unit file cannot hold where systemd takes no quotes: quotes,
/// backslashes, control characters, a blank at the end, or bytes that are not UTF-8.
[[nodiscard]] bool is_awkward_path(std::string_view path);

} // namespace left4me
