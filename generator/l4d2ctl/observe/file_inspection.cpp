#include "generator/l4d2ctl/observe/file_inspection.hpp"

#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/observe/service_inspection.hpp"
#include "generator/l4d2ctl/observe/written_directories.hpp"
#include "generator/overlay/layer_layout.hpp"
#include "generator/overlay/layer_listing.hpp"
#include "generator/overlay/ownership_advice.hpp"
#include "generator/overlay/server_program.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace left4me::ctl {

namespace {

bool is_of_sandbox(const ObservedLayer& layer, const MountUsers& users) {
    return layer.owner == users.sandbox.uid;
}

LayerSight sight_of(bool idmapped, const MountUsers& users) {
    return sight_of_layer(idmapped, users.runtime, users.sandbox);
}

} // namespace

void FileInspection::inspect(const Instance& instance, const InstanceSurvey& found,
                             const MountUsers& users, bool into_layers) {
    // In what was not looked at there may be what the others lack.
    bool seen = found.has_all_layers;
    if (into_layers)
        for (const OpenLayer& layer : found.layers)
            seen = inspect_access(layer, users) && seen;
    if (!found.has_directories || !seen)
        return;
    inspect_game(instance, found);
    m_report.attempt(FindingKind::permission, game::directory,
                     [&] { inspect_written(found, users); });
}

bool FileInspection::inspect_access(const OpenLayer& layer, const MountUsers& users) {
    const ObservedLayer& found = layer.layer;
    bool seen = false;
    m_report.attempt(FindingKind::permission, found.path, [&] {
        const auto [known, is_new] =
            m_access.try_emplace(std::pair(found.device, found.inode), LayerAccess{});
        LayerAccess& access = known->second;
        if (is_new) {
            access = look_through_layer(layer, sight_of(is_of_sandbox(found, users), users),
                                        m_entries_left);
            m_entries_left -= std::min(m_entries_left, access.entries);
            if (access.hidden)
                m_report.note(fmt::format("only root can see all of the layer {}: run it as root",
                                          printable(found.path)));
            if (access.cut_short)
                m_report.note(
                    fmt::format("the layer {} has more files than are looked at: whether {} may "
                                "read all of them is not known",
                                printable(found.path), m_configuration.runtime_user));
        }
        seen = !access.hidden;
        if (access.unreadable.count > 0)
            m_report.add(FindingKind::permission, Severity::warning,
                         objection_to_unreadable(access.unreadable, found.path,
                                                 m_configuration.runtime_user));
    });
    return seen;
}

void FileInspection::inspect_game(const Instance& instance, const InstanceSurvey& found) {
    m_report.attempt(FindingKind::server, game::program, [&] {
        const ServerPrograms programs(m_tree, found.directories.upper.get(), found.plan.directory,
                                      found.layers);
        for (Diagnostic& diagnostic : inspect_service(m_tree, instance, m_configuration, programs))
            m_report.add_at(FindingKind::server, std::move(diagnostic));
    });
}

void FileInspection::inspect_written(const InstanceSurvey& found, const MountUsers& users) {
    const NamedUser servers = {m_configuration.runtime_user, users.runtime};
    std::vector<SeenDirectory> stack;
    if (found.directories.upper)
        stack.push_back({found.directories.upper.get(), found.plan.directory + "/upper",
                         sight_of(false, users)});
    const std::size_t layers = stack.size();
    for (const auto& [layer, fd] : found.layers)
        stack.push_back({fd.get(), layer.path, sight_of(is_of_sandbox(layer, users), users)});

    const std::vector<UnwritableDirectories> unwritable = find_unwritable_directories(stack);
    for (std::size_t i = 0; i < stack.size(); ++i) {
        if (unwritable[i].list().empty())
            continue;
        const bool of_sandbox = i >= layers && is_of_sandbox(found.layers[i - layers].layer, users);
        const NamedUser owner =
            of_sandbox ? NamedUser{m_configuration.sandbox_user, users.sandbox} : servers;
        m_report.add(FindingKind::permission, Severity::warning,
                     objection_to_unwritable(unwritable[i], stack[i].path, servers.name, owner));
    }
}

void FileInspection::inspect_layouts(const InstanceSurvey& found) {
    std::vector<bool> have_game;
    for (const OpenLayer& layer : found.layers) {
        have_game.push_back(false);
        m_report.attempt(FindingKind::layer, layer.layer.path, [&] {
            const LayerLayout& layout = layout_of(layer);
            have_game.back() = layout.has_game;
            if (layout.objection)
                m_report.add(FindingKind::layer, Severity::warning, *layout.objection);
        });
    }
    if (const auto hiding = find_hiding_layer(have_game))
        m_report.add(FindingKind::layer, Severity::warning,
                     objection_to_order(found.layers[*hiding].layer.path,
                                        found.layers[*hiding + 1].layer.path));
}

const FileInspection::LayerLayout& FileInspection::layout_of(const OpenLayer& layer) {
    const std::string& path = layer.layer.path;
    if (const auto known = m_layouts.find(path); known != m_layouts.end())
        return known->second;
    const LayerListing listing = list_layer(layer);
    const std::string parent = path.substr(0, path.rfind('/'));
    const bool may_name_parent = locate_layer(parent, m_configuration.layer_roots).has_value();
    return m_layouts
        .emplace(path, LayerLayout{objection_to_layout(path, may_name_parent, listing),
                                   has_game(listing)})
        .first->second;
}

} // namespace left4me::ctl
