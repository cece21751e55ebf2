#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace left4me {

/// What another overlay left on a file of an upper layer, and ours would not go by.
enum class ForeignMark {
    /// A file `.wh.NAME`: NAME was deleted.
    whiteout_file,
    /// A file `.wh..wh..opq`: what layers have in this directory is hidden.
    opaque_file,
    /// `user.fuseoverlayfs.*`, `security.fuseoverlayfs.*`: deletions, owners and modes.
    fuse_overlayfs,
    /// `user.overlay.*`: deletions and renames, by fuse-overlayfs, or by an overlay that was
    /// mounted with userxattr.
    user_overlay,
    /// `user.containers.override_stat`: owner and mode.
    containers,
    /// `trusted.overlay.redirect`: the directory was renamed, and a layer has it by its old name.
    redirect,
    /// `trusted.overlay.metacopy`: only a file's metadata is here, and a layer has its contents.
    metacopy,
};

/// The version of the rules. It changes whenever other marks are looked for, so that an upper which
/// passed is looked through anew.
inline constexpr std::uint32_t foreign_mark_rules = 1;

/// Returns the mark that the name of a file is; nothing if it is none.
///
/// \param name  without a directory, any bytes
[[nodiscard]] std::optional<ForeignMark> find_mark_in_name(std::string_view name);

struct ForeignAttribute {
    ForeignMark mark;
    /// A part of the names that were searched.
    std::string_view name;
};

/// Returns the first attribute that is a mark; nothing if none is.
///
/// \param names  as llistxattr(2) gives them, each ended by a NUL; may be empty
[[nodiscard]] std::optional<ForeignAttribute> find_mark_in_attributes(std::string_view names);

/// Returns why a mark keeps the upper from being mounted, and what to do.
///
/// \param path       of the file, any bytes
/// \param attribute  its name; "" if the mark is the file's own name
[[nodiscard]] Complaint complain_of(ForeignMark mark, std::string_view path,
                                    std::string_view attribute);

} // namespace left4me
