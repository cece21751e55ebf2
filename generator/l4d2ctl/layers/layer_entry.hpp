#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace left4me::ctl {

enum class FileType {
    file,
    directory,
    symlink,
    fifo,
    socket,
    character_device,
    block_device,
};

/// A time stamp of a file.
struct FileTime {
    /// Since the epoch.
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    bool operator==(const FileTime&) const = default;

    bool operator>(const FileTime& other) const {
        return std::tie(seconds, nanoseconds) > std::tie(other.seconds, other.nanoseconds);
    }
};

/// What tells the kernel that a file of a layer is more than a file (kernel:
/// Documentation/filesystems/overlayfs.rst; measured on 6.18 where that leaves it open).
enum class OverlayMark {
    none,
    /// It hides what lies below and is not seen itself: a character device 0:0, or, from Linux 6.7
    /// on, an empty file with the attribute `trusted.overlay.whiteout`.
    whiteout,
    /// A directory that hides what lies below: `trusted.overlay.opaque` is `y`.
    opaque,
    /// A directory with `trusted.overlay.redirect`, which nobody can enter if the overlay does not
    /// follow redirects.
    redirect,
    /// A file with `trusted.overlay.metacopy`, which nobody can open if the overlay does not follow
    /// such files.
    metacopy,
};

/// A file of one layer, as it is on the disk (statx(2)).
struct LayerEntry {
    FileType type = FileType::file;
    /// In bytes.
    std::uint64_t size = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    /// Without the bits of the type.
    unsigned mode = 0;
    /// When the contents changed last (stx_mtime).
    FileTime modified = {};
    /// When anything about it changed last (stx_ctime), which nobody can set.
    FileTime changed = {};
    /// Nullopt if the file system does not record it.
    std::optional<FileTime> born = {};
    /// Where a symlink leads; empty for anything else.
    std::string target = {};
    OverlayMark mark = OverlayMark::none;
};

/// What one layer has on the way to a path, up to the first component that is not a directory.
struct LayerTrail {
    /// One for each component of the path, from the first on.
    std::vector<LayerEntry> entries;
    /// The errno with which the component after `entries` could not be looked at: EXDEV if
    /// something is mounted on it. 0 if the layer does not have it.
    int obstacle = 0;

    /// \param component  counted from 0
    /// \return nullptr if the layer does not have that component
    [[nodiscard]] const LayerEntry* find(std::size_t component) const {
        return component < entries.size() ? &entries[component] : nullptr;
    }
};

} // namespace left4me::ctl
