#include "generator/l4d2ctl/layers/layer_lookup.hpp"

#include <numeric>
#include <optional>
#include <utility>

namespace left4me::ctl {

namespace {

class PathLookup {
  public:
    PathLookup(std::span<const LayerTrail> trails, std::size_t components)
        : m_trails(trails), m_components(components), m_covers(trails.size()) {}

    Lookup run() {
        m_lookup.providers.resize(m_trails.size());
        std::iota(m_lookup.providers.begin(), m_lookup.providers.end(), std::size_t{0});
        for (std::size_t component = 0; component < m_components; ++component)
            if (!step(component))
                break;
        note_hidden();
        return std::move(m_lookup);
    }

  private:
    /// From the layers that make up a directory to those that make up one of its entries.
    ///
    /// \return whether there is a way on
    bool step(std::size_t component) {
        const std::vector<std::size_t> stack = std::exchange(m_lookup.providers, {});
        std::optional<Cover> cover;
        for (const std::size_t layer : stack) {
            const LayerTrail& trail = m_trails[layer];
            const LayerEntry* const entry = trail.find(component);
            if (entry == nullptr && trail.obstacle != 0 && trail.entries.size() == component &&
                !cover)
                return end(Lookup::Result::unseen, component, layer);
            if (entry == nullptr)
                continue;
            if (cover)
                m_covers[layer] = cover;
            // The kernel looks at no mark of a directory in the last layer.
            else if (!take(*entry, layer, component, layer == stack.back(), cover))
                return end(Lookup::Result::not_permitted, component, layer);
        }
        if (m_lookup.providers.empty())
            return cover ? end(Lookup::Result::deleted, component, cover->layer)
                         : end(Lookup::Result::absent, component, 0);
        return component + 1 == m_components || leads_on(component);
    }

    /// \param last   whether no layer is left below
    /// \param cover  what it hides those below with, if it does
    /// \return false when the kernel refuses it
    bool take(const LayerEntry& entry, std::size_t layer, std::size_t component, bool last,
              std::optional<Cover>& cover) {
        std::vector<std::size_t>& providers = m_lookup.providers;
        if (entry.mark == OverlayMark::whiteout) {
            cover = {Cover::Kind::whiteout, layer, component};
            return true;
        }
        if (entry.type == FileType::directory) {
            providers.push_back(layer);
            if (!last && entry.mark == OverlayMark::opaque)
                cover = {Cover::Kind::opaque_directory, layer, component};
            return last || entry.mark != OverlayMark::redirect;
        }
        cover = {Cover::Kind::file, layer, component};
        if (providers.empty()) {
            providers.push_back(layer);
            return entry.mark != OverlayMark::metacopy;
        }
        m_covers[layer] = {Cover::Kind::directory, providers.front(), component};
        return true;
    }

    bool leads_on(std::size_t component) {
        const std::size_t layer = m_lookup.providers.front();
        const FileType type = m_trails[layer].find(component)->type;
        if (type == FileType::directory)
            return true;
        return end(type == FileType::symlink ? Lookup::Result::symlink_on_the_way
                                             : Lookup::Result::not_a_directory,
                   component, layer);
    }

    /// \return false
    bool end(Lookup::Result result, std::size_t component, std::size_t layer) {
        m_lookup.result = result;
        m_lookup.component = component;
        m_lookup.layer = layer;
        m_lookup.providers.clear();
        return false;
    }

    void note_hidden() {
        for (std::size_t layer = 0; layer < m_trails.size(); ++layer) {
            const LayerTrail& trail = m_trails[layer];
            if (m_covers[layer] && trail.entries.size() == m_components &&
                trail.entries.back().mark != OverlayMark::whiteout)
                m_lookup.hidden.push_back({layer, *m_covers[layer]});
        }
    }

    std::span<const LayerTrail> m_trails;
    std::size_t m_components;
    /// By layer, where one came to be hidden.
    std::vector<std::optional<Cover>> m_covers;
    Lookup m_lookup;
};

} // namespace

Lookup look_up(std::span<const LayerTrail> trails, std::size_t components) {
    return PathLookup(trails, components).run();
}

} // namespace left4me::ctl
