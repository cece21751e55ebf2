#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Something at the top of a layer, or of a directory there.
struct LayoutEntry {
    std::string name;
    bool is_directory = false;
};

/// The two upper levels of a layer.
struct LayerListing {
    struct Top : LayoutEntry {
        /// What is in it, as far as it was looked at.
        std::vector<LayoutEntry> entries = {};
    };

    /// Ordered by name.
    std::vector<Top> entries;
    /// Whether that is all there is.
    bool complete = true;
};

/// Whether what lies in a directory at the top of a layer tells anything about its layout: in that
/// of the game, however it is spelled, and in what the game does not know.
[[nodiscard]] bool tells_of_layout(std::string_view directory);

/// What is wrong with where the files of a layer lie, so that the game does not see them: the first
/// thing found.
///
/// \param layer            its path
/// \param may_name_parent  whether the directory above it may be a layer
/// \return nothing when all is where the game looks for it, as far as the listing shows
[[nodiscard]] std::optional<Complaint>
objection_to_layout(const std::string& layer, bool may_name_parent, const LayerListing& listing);

/// Whether the layer holds the game itself.
[[nodiscard]] bool has_game(const LayerListing& listing);

/// \param have_game  has_game() of each layer of an instance, topmost first
/// \return the layer of the game, when others are named after it, which it hides; nothing when it
///         comes last, or none has it
[[nodiscard]] std::optional<std::size_t> find_hiding_layer(const std::vector<bool>& have_game);

/// What is wrong with a layer that find_hiding_layer() gave.
///
/// \param layer  its path
/// \param next   the path of the layer that is named after it
[[nodiscard]] Complaint objection_to_order(const std::string& layer, const std::string& next);

} // namespace left4me
