#include "generator/overlay/layer_layout.hpp"

#include "generator/instance/game.hpp"
#include "generator/text/ascii.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace left4me {

namespace {

using Top = LayerListing::Top;

bool is_game(std::string_view name) {
    return ascii_lower(name) == game::directory;
}

bool is_content(std::string_view name) {
    return std::ranges::count(game::content_directories, ascii_lower(name)) > 0;
}

/// Whether the game looks for something of that name at the top of its installation.
bool is_seen_at_top(std::string_view name) {
    return name == game::directory ||
           std::ranges::any_of(game::beside_directory,
                               [&](std::string_view begin) { return name.starts_with(begin); });
}

/// Where a file belongs that lies where the game does not look for it.
///
/// \return a path in the game's directory, or nothing
std::optional<std::string_view> place_of_file(const LayoutEntry& entry) {
    const auto* const found = std::ranges::find_if(
        game::file_places, [name = ascii_lower(entry.name)](const game::FilePlace& file) {
            return std::string_view(name).ends_with(file.ending);
        });
    if (entry.is_directory || found == game::file_places.end())
        return std::nullopt;
    return found->place;
}

/// Where something belongs that lies outside the game's directory.
///
/// \return a path in the layer, or nothing
std::optional<std::string> place_outside_game(const LayoutEntry& entry) {
    if (const auto place = place_of_file(entry))
        return fmt::format("{}/{}", game::directory, *place);
    if (entry.is_directory && is_game(entry.name))
        return game::directory;
    if (entry.is_directory && is_content(entry.name))
        return fmt::format("{}/{}", game::directory, ascii_lower(entry.name));
    return std::nullopt;
}

/// Where something belongs that lies directly in the game's directory, but is not where it looks.
std::optional<std::string> place_inside_game(const LayoutEntry& entry) {
    if (entry.is_directory && entry.name != ascii_lower(entry.name) && is_content(entry.name))
        return place_outside_game(entry);
    if (entry.is_directory && is_game(entry.name))
        return game::directory;
    if (const auto place = place_of_file(entry);
        place && !game::belongs_into_directory(ascii_lower(entry.name)))
        return fmt::format("{}/{}", game::directory, *place);
    return std::nullopt;
}

/// Things that are out of place.
class Misplaced {
  public:
    Misplaced(const std::string& layer, bool may_name_parent)
        : m_layer(layer), m_may_name_parent(may_name_parent) {}

    void add(std::string path, std::string place) {
        // One letter is seen less easily than a file that lies about.
        const bool only_case = ascii_lower(path) == place;
        if (m_count++ == 0 || (only_case && !m_only_case)) {
            m_only_case = only_case;
            m_first = std::move(path);
            m_place = std::move(place);
        }
    }

    [[nodiscard]] std::optional<Complaint> objection() const {
        if (m_count == 0)
            return std::nullopt;
        const std::string more = m_count > 1 ? fmt::format(" and {} more", m_count - 1) : "";
        return Complaint{fmt::format("the layer {} has {}{}, where the game does not look{}",
                                     printable(m_layer), printable_path(m_first), more,
                                     m_only_case ? ", since upper and lower case count" : ""),
                         remedy()};
    }

  private:
    [[nodiscard]] std::string remedy() const {
        const std::size_t slash = m_layer.rfind('/');
        if (m_may_name_parent && m_layer.substr(slash + 1) == game::directory)
            return fmt::format("name {} in its place", printable_path(m_layer.substr(0, slash)));
        return fmt::format("its place is {}",
                           printable_path(fmt::format("{}/{}", m_layer, m_place)));
    }

    const std::string& m_layer;
    bool m_may_name_parent;
    std::string m_first;
    std::string m_place;
    std::size_t m_count = 0;
    /// Whether the first one would be in its place if it were in lower case.
    bool m_only_case = false;
};

/// Adds what of a directory at the top is out of place.
void add_misplaced_in(const Top& top, Misplaced& misplaced) {
    for (const LayoutEntry& entry : top.entries) {
        auto place =
            top.name == game::directory ? place_inside_game(entry) : place_outside_game(entry);
        if (place)
            misplaced.add(fmt::format("{}/{}", top.name, entry.name), *std::move(place));
    }
}

Complaint objection_to_nothing(const std::string& layer, std::string_view has) {
    return {fmt::format("the layer {} {}", printable(layer), has),
            fmt::format("its files have to be in {}",
                        printable_path(fmt::format("{}/{}", layer, game::directory)))};
}

} // namespace

bool tells_of_layout(std::string_view directory) {
    return directory == game::directory ||
           (!is_seen_at_top(directory) && !is_content(directory) && !is_game(directory));
}

std::optional<Complaint> objection_to_layout(const std::string& layer, bool may_name_parent,
                                             const LayerListing& listing) {
    Misplaced misplaced(layer, may_name_parent);
    // Beside the game's directory, another one is not meant for the game.
    const bool has_directory = std::ranges::count(listing.entries, game::directory, &Top::name) > 0;
    for (const Top& top : listing.entries) {
        // As in a checkout with what it is built from.
        const bool is_of_builder = has_directory && (top.name == "media" || top.name == "scripts");
        if (!is_of_builder && !is_seen_at_top(top.name))
            if (auto place = place_outside_game(top))
                misplaced.add(top.name, *std::move(place));
    }
    for (const Top& top : listing.entries)
        if (top.name == game::directory || (!has_directory && tells_of_layout(top.name)))
            add_misplaced_in(top, misplaced);
    if (auto objection = misplaced.objection())
        return objection;
    if (!listing.complete)
        return std::nullopt;
    if (listing.entries.empty())
        return Complaint{fmt::format("the layer {} is empty", printable(layer)),
                         fmt::format("put the game there, or files for it into {}, or mount what "
                                     "belongs there, and then restart its servers",
                                     printable_path(fmt::format("{}/{}", layer, game::directory)))};
    const auto seen = std::ranges::count_if(listing.entries, is_seen_at_top, &Top::name);
    if (seen == 0)
        return objection_to_nothing(layer, "has nothing that the game looks for");
    const auto game = std::ranges::find(listing.entries, game::directory, &Top::name);
    if (seen == 1 && game != listing.entries.end() && game->is_directory && game->entries.empty())
        return objection_to_nothing(layer, fmt::format("has nothing in its {}", game::directory));
    return std::nullopt;
}

bool has_game(const LayerListing& listing) {
    return std::ranges::any_of(listing.entries, [](const Top& top) {
        return !top.is_directory && top.name == game::program;
    });
}

std::optional<std::size_t> find_hiding_layer(const std::vector<bool>& have_game) {
    const auto last = std::ranges::find(have_game.rbegin(), have_game.rend(), true);
    if (last == have_game.rbegin() || last == have_game.rend())
        return std::nullopt;
    return static_cast<std::size_t>(std::distance(last, have_game.rend())) - 1;
}

Complaint objection_to_order(const std::string& layer, const std::string& next) {
    return {fmt::format("the layer {} has the game and stands before {}, so that its files hide "
                        "those of the same name there",
                        printable(layer), printable(next)),
            "name the layer of the game last"};
}

} // namespace left4me
