#include "generator/overlay/foreign_marks.hpp"

#include "generator/text/enum_words.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/printable.hpp"

#include <array>
#include <fmt/format.h>

namespace left4me {

namespace {

constexpr std::string_view whiteout_prefix = ".wh.";
constexpr std::string_view opaque_name = ".wh..wh..opq";

struct AttributeRule {
    std::string_view prefix;
    ForeignMark mark;
    /// Whether more may follow the prefix.
    bool whole_namespace;
};

// trusted.overlay.origin, .impure, .opaque, .nlink and .uuid are written and read by every overlay.
// user.overlay.origin and the like do no harm either, but where they are there were deletions.
constexpr std::array rules = {
    AttributeRule{"user.fuseoverlayfs.", ForeignMark::fuse_overlayfs, true},
    AttributeRule{"security.fuseoverlayfs.", ForeignMark::fuse_overlayfs, true},
    AttributeRule{"user.overlay.", ForeignMark::user_overlay, true},
    AttributeRule{"user.containers.override_stat", ForeignMark::containers, false},
    AttributeRule{"trusted.overlay.redirect", ForeignMark::redirect, false},
    AttributeRule{"trusted.overlay.metacopy", ForeignMark::metacopy, false},
};

struct Words {
    std::string_view whose;
    std::string_view why;
    std::string_view remedy;
};

constexpr std::string_view copy_through_maker =
    "copy what you need out of a mount by whatever wrote it, and begin with an empty upper";
constexpr std::string_view copy_through_fuse =
    "copy what you need out of a mount by fuse-overlayfs and begin with an empty upper";
// The kernel answers EPERM to whoever looks such a file up (measured on 6.18).
constexpr std::string_view not_permitted =
    "copy what you need out of a mount with the options it was written with, and begin with an "
    "empty upper";

constexpr EnumWords<ForeignMark, Words> words_for = {
    {ForeignMark::whiteout_file,
     {"fuse-overlayfs or aufs",
      "which the kernel's overlay takes for any other file, so that what was deleted there would "
      "reappear",
      copy_through_maker}},
    {ForeignMark::opaque_file,
     {"fuse-overlayfs or aufs",
      "which the kernel's overlay takes for any other file, so that what was hidden in that "
      "directory would reappear",
      copy_through_maker}},
    {ForeignMark::fuse_overlayfs,
     {"fuse-overlayfs",
      "which the kernel's overlay does not understand, so that files deleted there would "
      "reappear, and owners and modes be wrong",
      copy_through_fuse}},
    {ForeignMark::user_overlay,
     {"fuse-overlayfs or an overlay mounted with userxattr",
      "which this overlay does not go by, as the servers could forge it, so that files deleted "
      "there would reappear",
      copy_through_maker}},
    {ForeignMark::containers,
     {"fuse-overlayfs or podman",
      "which holds a file's owner and mode, and the kernel's overlay does not understand it, so "
      "that both would be wrong",
      copy_through_maker}},
    {ForeignMark::redirect,
     {"an overlay mounted with redirect_dir=on",
      "which this one does not follow, so that the directory, renamed there, could not be "
      "entered (Operation not permitted)",
      not_permitted}},
    {ForeignMark::metacopy,
     {"an overlay mounted with metacopy=on",
      "which this one does not follow, so that the file, whose contents are in a layer, could "
      "not be opened (Operation not permitted)",
      not_permitted}},
};

} // namespace

std::optional<ForeignMark> find_mark_in_name(std::string_view name) {
    if (name == opaque_name)
        return ForeignMark::opaque_file;
    if (name.size() > whiteout_prefix.size() && name.starts_with(whiteout_prefix))
        return ForeignMark::whiteout_file;
    return std::nullopt;
}

std::optional<ForeignAttribute> find_mark_in_attributes(std::string_view names) {
    while (!names.empty()) {
        const std::string_view name = take_until(names, '\0');
        for (const AttributeRule& rule : rules)
            if (rule.whole_namespace ? name.starts_with(rule.prefix) : name == rule.prefix)
                return ForeignAttribute{rule.mark, name};
    }
    return std::nullopt;
}

Complaint complain_of(ForeignMark mark, std::string_view path, std::string_view attribute) {
    const Words words = words_for[mark];
    const std::string what = attribute.empty() ? fmt::format("is a mark of {}", words.whose)
                                               : fmt::format("has the attribute {} of {}",
                                                             printable(attribute), words.whose);
    return {fmt::format("{} {}, {}", printable_path(path), what, words.why),
            std::string(words.remedy)};
}

} // namespace left4me
