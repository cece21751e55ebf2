#pragma once

#include "generator/l4d2ctl/layers/layer_entry.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace left4me::ctl {

/// What keeps a layer's file from being seen.
struct Cover {
    enum class Kind {
        /// A whiteout: it was deleted.
        whiteout,
        /// A directory that was deleted and made anew.
        opaque_directory,
        /// Anything but a directory hides all below it.
        file,
        /// A directory hides what is none.
        directory,
    };

    Kind kind = Kind::file;
    /// The layer that has it.
    std::size_t layer = 0;
    /// Which component of the path it is.
    std::size_t component = 0;

    bool operator==(const Cover&) const = default;
};

struct HiddenFile {
    std::size_t layer = 0;
    Cover by = {};

    bool operator==(const HiddenFile&) const = default;
};

/// What an overlay shows at a path.
struct Lookup {
    enum class Result {
        found,
        /// A whiteout is there, or on the way.
        deleted,
        /// No layer that could be seen there has it.
        absent,
        /// Something on the way is no directory.
        not_a_directory,
        /// Something on the way is a symlink, which is not followed.
        symlink_on_the_way,
        /// The kernel answers EPERM: a redirect or metacopy mark.
        not_permitted,
        /// A layer could not be looked at there.
        unseen,
    };

    Result result = Result::found;
    /// Of another result than `found`: the component of the path where it was decided.
    std::size_t component = 0;
    /// Of another result than `found` and `absent`: the layer that decided it.
    std::size_t layer = 0;
    /// The layers whose file it is, topmost first: several when it is a directory.
    std::vector<std::size_t> providers = {};
    /// Those that have something of that path which is not seen, topmost first.
    std::vector<HiddenFile> hidden = {};
};

/// Looks a path up as overlayfs does (kernel: fs/overlayfs/namei.c), mounted with the helper's
/// overlay_options.
///
/// \param trails      of each layer, upper first
/// \param components  how many the path has; 0 is the top, which all layers have
[[nodiscard]] Lookup look_up(std::span<const LayerTrail> trails, std::size_t components);

} // namespace left4me::ctl
