#include "generator/overlay/plan_differences.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace left4me {

namespace {

using Kind = PlanDifference::Kind;

struct PlacedLayer {
    const PlannedLayer* layer;
    /// Counted from 1, from the top.
    std::size_t position;
    /// Its place among the layers that both plans have.
    std::size_t rank;
};

using Places = std::map<std::string_view, PlacedLayer>;

Places place_layers(const MountPlan& plan) {
    Places places;
    for (std::size_t i = 0; i < plan.layers.size(); ++i)
        places.try_emplace(plan.layers[i].path, PlacedLayer{&plan.layers[i], i + 1, 0});
    return places;
}

/// A layer that only one plan has moves no other.
void rank_common_layers(const MountPlan& plan, Places& places, const Places& others) {
    std::size_t rank = 0;
    for (const PlannedLayer& layer : plan.layers)
        if (others.contains(layer.path))
            places.at(layer.path).rank = rank++;
}

class Comparison {
  public:
    Comparison(const MountPlan& mounted, const MountPlan& planned)
        : m_mounted(mounted), m_planned(planned) {}

    std::vector<PlanDifference> run(bool is_read_only) {
        compare_layers();
        compare_users(Kind::runtime_user_changed, "the servers' user", m_mounted.users.runtime,
                      m_planned.users.runtime);
        compare_users(Kind::sandbox_user_changed, "the sandbox's user", m_mounted.users.sandbox,
                      m_planned.users.sandbox);
        if (m_mounted.directory != m_planned.directory)
            add(Kind::directory_changed, {},
                fmt::format("it was mounted for {}, and belongs in {}",
                            one_line(m_mounted.directory), one_line(m_planned.directory)));
        compare_written(Kind::upper_replaced, "upper", m_mounted.upper, m_planned.upper);
        compare_written(Kind::work_replaced, "work", m_mounted.work, m_planned.work);
        if (is_read_only)
            add(Kind::read_only, {}, "it is mounted read-only, so the server can write nothing");
        return std::move(m_differences);
    }

  private:
    void compare_layers() {
        Places mounted = place_layers(m_mounted);
        Places planned = place_layers(m_planned);
        rank_common_layers(m_mounted, mounted, planned);
        rank_common_layers(m_planned, planned, mounted);

        for (const PlannedLayer& layer : m_mounted.layers) {
            const auto found = planned.find(layer.path);
            if (found == planned.end())
                add(Kind::layer_removed, layer.path, "is mounted, and listed no more");
            else
                compare_layer(mounted.at(layer.path), found->second);
        }
        for (const PlannedLayer& layer : m_planned.layers)
            if (!mounted.contains(layer.path))
                add(Kind::layer_added, layer.path, "is listed, and not mounted");
    }

    void compare_layer(const PlacedLayer& mounted, const PlacedLayer& planned) {
        const std::string& path = mounted.layer->path;
        if (mounted.rank != planned.rank)
            add(Kind::layer_moved, path,
                fmt::format("is mounted as number {} from the top, and listed as number {}",
                            mounted.position, planned.position));
        if (mounted.layer->device != planned.layer->device ||
            mounted.layer->inode != planned.layer->inode)
            add(Kind::layer_replaced, path, "is another directory now than the one mounted");
        if (mounted.layer->idmapped != planned.layer->idmapped)
            add(Kind::id_map_changed, path,
                planned.layer->idmapped
                    ? "is mounted as it is, and belongs to the sandbox now: it would be idmapped"
                    : "is mounted idmapped, and belongs to the sandbox no more");
    }

    void compare_users(Kind kind, std::string_view who, UserIds mounted, UserIds planned) {
        if (mounted != planned)
            add(kind, {},
                fmt::format("{} was uid {} and gid {}, and is uid {} and gid {}", who, mounted.uid,
                            mounted.gid, planned.uid, planned.gid));
    }

    void compare_written(Kind kind, std::string_view name,
                         const std::optional<DirectoryIdentity>& mounted,
                         const std::optional<DirectoryIdentity>& planned) {
        if (!mounted || mounted == planned)
            return;
        const std::string path = fmt::format("{}/{}", one_line(m_planned.directory), name);
        add(kind, {},
            planned ? fmt::format("{} is another directory now than the one mounted", path)
                    : fmt::format("{} is mounted, and does not exist any more", path));
    }

    void add(Kind kind, const std::string& layer, std::string_view text) {
        m_differences.push_back(
            {kind, layer,
             layer.empty() ? std::string(text) : fmt::format("{} {}", one_line(layer), text)});
    }

    const MountPlan& m_mounted;
    const MountPlan& m_planned;
    std::vector<PlanDifference> m_differences;
};

} // namespace

std::vector<PlanDifference> find_differences(const MountPlan& mounted, const MountPlan& planned,
                                             bool is_read_only) {
    return Comparison(mounted, planned).run(is_read_only);
}

} // namespace left4me
