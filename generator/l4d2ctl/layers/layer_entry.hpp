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

struct FileTime {
    /// Since the epoch.
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    bool operator==(const FileTime&) const = default;

    bool operator>(const FileTime& other) const {
        return std::tie(seconds, nanoseconds) > std::tie(other.seconds, other.nanoseconds);
    }
};

/// What says to the kernel that a file of a layer is not just that (kernel:
/// Documentation/filesystems/overlayfs.rst; measured on 6.18 where that leaves it open).
enum class OverlayMark {
    none,
    /// It hides what lies below and is not seen itself: a character device 0:0, or, from Linux 6.7
    /// on, an empty file with the attribute `trusted.overlay.whiteout`.
    whiteout,
    /// A directory that hides what lies below: `trusted.overlay.opaque` is `y`.
    opaque,
    /// `trusted.overlay.redirect`: a directory that cannot be entered where redirects are not
    /// followed.
    redirect,
    /// `trusted.overlay.metacopy`: a file that cannot be opened where such are not followed.
    metacopy,
};

/// A file of one layer, as it lies on the disk.
struct LayerEntry {
    FileType type = FileType::file;
    std::uint64_t size = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    /// Permission bits only.
    unsigned mode = 0;
    /// Of its contents.
    FileTime modified = {};
    /// Of anything about it, which nobody can set.
    FileTime changed = {};
    /// Nothing where the file system does not note it.
    std::optional<FileTime> born = {};
    /// Of a symlink.
    std::string target = {};
    OverlayMark mark = OverlayMark::none;
};

/// What a layer by itself has on the way to a path, as far as directories lead.
struct LayerTrail {
    /// For each component of the path, from the first on.
    std::vector<LayerEntry> entries;
    /// Why the component behind the last of these could not be looked at, an errno: EXDEV where
    /// something is mounted on it. 0 when the layer has no such thing.
    int obstacle = 0;

    /// \return nothing when the layer does not have that component
    [[nodiscard]] const LayerEntry* find(std::size_t component) const {
        return component < entries.size() ? &entries[component] : nullptr;
    }
};

} // namespace left4me::ctl
