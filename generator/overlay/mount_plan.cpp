#include "generator/overlay/mount_plan.hpp"

#include "generator/overlay/overlay_options.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/path_text.hpp"

#include <fmt/format.h>
#include <map>

namespace left4me {

namespace {

std::string describe_layer(const PlannedLayer& layer, const MountPlan& plan) {
    std::string text = one_line(layer.path);
    if (layer.idmapped)
        text += fmt::format(" (idmapped: uid {} and {} swapped, gid {} and {} swapped)",
                            plan.users.sandbox.uid, plan.users.runtime.uid, plan.users.sandbox.gid,
                            plan.users.runtime.gid);
    return text;
}

} // namespace

std::string overlay_source(std::string_view instance) {
    return fmt::format("left4me:{}", instance);
}

MountPlan plan_mount(const Instance& instance, const HostConfiguration& configuration,
                     const std::vector<ObservedLayer>& layers, const MountUsers& users) {
    MountPlan plan;
    plan.instance = instance.name;
    plan.directory = configuration.runtime_directory(instance.name);
    plan.users = users;
    for (const ObservedLayer& layer : layers)
        plan.layers.push_back(
            {layer.path, layer.device, layer.inode, layer.owner == users.sandbox.uid});
    return plan;
}

std::optional<Complaint> objection_to_plan(const MountPlan& plan) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, const PlannedLayer*> seen;
    for (const PlannedLayer& layer : plan.layers) {
        if (path_below(plan.directory, layer.path))
            return Complaint{
                fmt::format("{} lies inside the layer {}", plan.directory, printable(layer.path)),
                "take the layer out of L4D2_LOWERDIRS"};
        if (path_below(layer.path, plan.directory))
            return Complaint{fmt::format("the layer {} lies in {}, which is what the server writes",
                                         printable(layer.path), plan.directory),
                             "take it out of L4D2_LOWERDIRS"};
        const auto [found, added] = seen.try_emplace({layer.device, layer.inode}, &layer);
        if (!added)
            return Complaint{fmt::format("the layers {} and {} are one directory",
                                         printable(found->second->path), printable(layer.path)),
                             "remove one of them"};
    }
    return std::nullopt;
}

std::string plan_line(std::string_view key, std::string_view value) {
    return fmt::format("{:<9} {}\n", key, value);
}

std::string describe(const MountPlan& plan) {
    return plan_line("instance", plan.instance) + describe_overlay(plan);
}

std::string describe_overlay(const MountPlan& plan) {
    std::string text;
    for (const PlannedLayer& layer : plan.layers)
        text += plan_line("layer", describe_layer(layer, plan));
    text += plan_line("upper", one_line(plan.directory + "/upper"));
    text += plan_line("work", one_line(plan.directory + "/work"));
    text += plan_line("merged", one_line(plan.directory + "/merged"));
    text += plan_line("source", overlay_source(plan.instance));

    std::string options = "nosuid,nodev";
    for (const auto& [key, value] : overlay_options)
        options += fmt::format(",{}={}", key, value);
    text += plan_line("options", options);
    text += plan_line("way", enum_name(plan.way));
    return text;
}

} // namespace left4me
