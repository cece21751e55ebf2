#pragma once

#include <array>
#include <utility>

namespace left4me {

/// The options of every overlay, pinned, whatever the kernel's defaults are. With them a layer may
/// change while it is not mounted (kernel: Documentation/filesystems/overlayfs.rst, "Changes to
/// underlying filesystems"). An upper never follows a redirect that its owner made up.
inline constexpr std::array<std::pair<const char*, const char*>, 5> overlay_options = {{
    {"index", "off"},
    {"metacopy", "off"},
    {"xino", "off"},
    {"redirect_dir", "nofollow"},
    {"nfs_export", "off"},
}};

} // namespace left4me
