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
        /// A directory hides anything that is not a directory.
        directory,
    };

    Kind kind = Kind::file;
    /// The index of the layer that has it.
    std::size_t layer = 0;
    /// The index of the component of the path that it is.
    std::size_t component = 0;

    bool operator==(const Cover&) const = default;
};

/// A layer that has something at the path, and what hides it.
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
        /// Something on the way is not a directory.
        not_a_directory,
        /// Something on the way is a symlink, which is not followed.
        symlink_on_the_way,
        /// The kernel answers EPERM: a redirect or metacopy mark.
        not_permitted,
        /// A layer could not be looked at there.
        unseen,
    };

    Result result = Result::found;
    /// The index of the component that decided the result; unused if it is `found`.
    std::size_t component = 0;
    /// The index of the layer that decided it; unused if it is `found` or `absent`.
    std::size_t layer = 0;
    /// The layers whose file it is, topmost first: several if it is a directory, none unless the
    /// result is `found`.
    std::vector<std::size_t> providers = {};
    /// The layers that have something at the whole path which is not seen, topmost first.
    std::vector<HiddenFile> hidden = {};
};

/// Looks a path up as overlayfs does (kernel: fs/overlayfs/namei.c) with the options in
/// overlay_options.
///
/// \param trails      one for each layer, upper first; all of the same path
/// \param components  how many that path has; 0 is the top, which all layers have
/// \return its layers are indices into `trails`
[[nodiscard]] Lookup look_up(std::span<const LayerTrail> trails, std::size_t components);

} // namespace left4me::ctl
