#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Returns `path` absolute and normalised: without repeated or trailing slashes and without `.`. It
/// looks at the text only, not at any file system or symlink.
///
/// \param base  where a relative `path` begins: an absolute path, or "" for `/`
/// \return nothing if a component is `..`, which cannot be resolved without following symlinks
[[nodiscard]] std::optional<std::string> normalize_path(std::string_view base,
                                                        std::string_view path);

/// Returns the part of `path` below `directory`, without a leading slash; both are normalised. It
/// is "" if they are the same, and nothing if `path` is elsewhere.
[[nodiscard]] std::optional<std::string_view> path_below(std::string_view path,
                                                         std::string_view directory);

struct PathList {
    /// As they stand there, in their order.
    std::vector<std::string> paths;
    /// The first thing that is wrong with the list, a noun: "an empty element …"; empty if nothing.
    std::string problem;
};

/// Splits a colon-separated list of paths. `\:` is a colon and `\\` a backslash; any other
/// backslash is a problem, and so is an empty element. "" is one empty element.
[[nodiscard]] PathList split_path_list(std::string_view text);

/// Whether `text` has a control character as of is_control_character(), which no path or argument
/// may have. A unit file could not hold some of them, and the others make a log lie.
///
/// \param text  any bytes; those that are not UTF-8 do not count
[[nodiscard]] bool has_control_character(std::string_view text);

/// Whether a unit file could not hold `path` in a setting without quotes. Quotes, backslashes,
/// control characters, a blank at the end, and bytes that are not UTF-8 are in the way.
[[nodiscard]] bool is_awkward_path(std::string_view path);

} // namespace left4me
