#include "generator/overlay/instance_status.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"
#include "generator/units/unit_names.hpp"

#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int status_version = 1;

using nlohmann::ordered_json;

InstanceState judge_state(const InstanceStatus& status) {
    const InstanceObservation& found = status.found;
    if (found.busy)
        return InstanceState::busy;
    if (found.mount && !found.mount->is_ours())
        return InstanceState::foreign;
    if (found.mount && !found.configuration)
        return InstanceState::retired;
    if (!found.problems.empty())
        return InstanceState::broken;
    if (!found.mount)
        return InstanceState::not_mounted;
    if (!status.mounted)
        return InstanceState::unrecorded;
    return status.differences.empty() ? InstanceState::mounted : InstanceState::drifted;
}

ConfigurationChange judge_configuration(const InstanceStatus& status) {
    const auto& configuration = status.found.configuration;
    if (!configuration)
        return ConfigurationChange::missing;
    if (!configuration->fingerprint)
        return ConfigurationChange::unusable;
    if (!status.mounted)
        return ConfigurationChange::unknown;
    const bool same = configuration->path == status.mounted->configuration &&
                      configuration->fingerprint == status.mounted->fingerprint;
    return same ? ConfigurationChange::unchanged : ConfigurationChange::changed;
}

bool is_of(const MountRecord& record, const InstanceObservation& found) {
    return found.mount && found.mount->is_ours() && record.mount_id == found.mount->mount_id &&
           record.plan.instance == found.name;
}

std::string state_in_words(const InstanceStatus& status) {
    const InstanceObservation& found = status.found;
    switch (status.state) {
    case InstanceState::not_mounted:
        return "not mounted";
    case InstanceState::mounted:
        return "mounted";
    case InstanceState::drifted:
        return fmt::format("drifted: mounted otherwise than it would be now; restart l4d2@{}",
                           found.name);
    case InstanceState::broken:
        return found.mount ? "broken: still mounted, but it could not be mounted again"
                           : "broken: it cannot be mounted";
    case InstanceState::retired:
        return fmt::format("retired: {}, and it is mounted; stop {}",
                           why_retired(found.name).problem, systemctl_name(found.name));
    case InstanceState::unrecorded:
        return fmt::format("mounted, but no record says how; restart l4d2@{}", found.name);
    case InstanceState::foreign:
        return fmt::format("foreign: on merged is {}, which is not this instance's: unmount it",
                           one_line(found.mount->description));
    case InstanceState::busy:
        break;
    }
    return "busy: another left4me-overlay is at work on it";
}

std::string configuration_in_words(const InstanceStatus& status) {
    const std::string path = status.found.configuration ? status.found.configuration->path
                             : status.mounted           ? status.mounted->configuration
                                                        : std::string("instance.env");
    static constexpr EnumWords<ConfigurationChange> since = {
        {ConfigurationChange::unknown, ""},
        {ConfigurationChange::unchanged, " (unchanged since)"},
        {ConfigurationChange::changed, " (changed since it was mounted)"},
        {ConfigurationChange::unusable, " (cannot be used)"},
        {ConfigurationChange::missing, " (does not exist)"},
    };
    return one_line(path) + since[status.configuration];
}

ordered_json plan_to_json(const MountPlan& plan) {
    const ordered_json id_map = {
        {"swapped_uids", {plan.users.sandbox.uid, plan.users.runtime.uid}},
        {"swapped_gids", {plan.users.sandbox.gid, plan.users.runtime.gid}}};
    ordered_json layers = ordered_json::array();
    for (const PlannedLayer& layer : plan.layers)
        layers.push_back({{"path", layer.path},
                          {"device", layer.device},
                          {"inode", layer.inode},
                          {"id_map", layer.idmapped ? id_map : ordered_json()}});
    return {{"layers", layers}, {"way", enum_name(plan.way)}};
}

ordered_json differences_to_json(const std::vector<PlanDifference>& differences) {
    ordered_json list = ordered_json::array();
    for (const PlanDifference& difference : differences)
        list.push_back({{"kind", enum_name(difference.kind)},
                        {"layer", text_or_null(difference.layer)},
                        {"text", difference.text}});
    return list;
}

ordered_json status_to_json(const InstanceStatus& status) {
    const InstanceObservation& found = status.found;
    const auto& mount = found.mount;
    const auto& mounted = status.mounted;
    const auto& upper = found.upper;
    return {
        {"name", found.name},
        {"state", enum_name(status.state)},
        {"directory", found.directory},
        {"mount", mount ? ordered_json{{"id", mount->mount_id}, {"description", mount->description}}
                        : ordered_json()},
        {"mounted_at", mounted ? ordered_json(mounted->mounted_at) : ordered_json()},
        {"mounted", mounted ? plan_to_json(mounted->plan) : ordered_json()},
        {"planned", found.plan ? plan_to_json(*found.plan) : ordered_json()},
        {"differences", differences_to_json(status.differences)},
        {"configuration",
         found.configuration ? ordered_json(found.configuration->path) : ordered_json()},
        {"configuration_change", enum_name(status.configuration)},
        {"problems", found.problems},
        {"warnings", found.warnings},
        {"upper", upper ? ordered_json{{"bytes", upper->bytes},
                                       {"files", upper->files},
                                       {"complete", upper->complete}}
                        : ordered_json()}};
}

} // namespace

InstanceStatus judge_instance(InstanceObservation found) {
    InstanceStatus status{
        std::move(found), InstanceState::busy, ConfigurationChange::unknown, {}, {}};
    if (status.found.busy)
        return status;
    if (status.found.record && is_of(*status.found.record, status.found))
        status.mounted = status.found.record;
    if (status.mounted && status.found.plan)
        status.differences = find_differences(status.mounted->plan, *status.found.plan,
                                              status.found.mount->read_only);
    status.state = judge_state(status);
    status.configuration = judge_configuration(status);
    return status;
}

std::string describe(const InstanceStatus& status) {
    const InstanceObservation& found = status.found;
    std::string text =
        plan_line("instance", found.name) + plan_line("state", state_in_words(status));
    if (found.busy)
        return text;
    for (const PlanDifference& difference : status.differences)
        text += plan_line("differs", difference.text);
    for (const std::string& problem : found.problems)
        text += plan_line("problem", one_line(problem));
    for (const std::string& warning : found.warnings)
        text += plan_line("warning", one_line(warning));
    if (status.mounted)
        text += plan_line("since", found.mounted_at);
    text += plan_line("config", configuration_in_words(status));
    if (found.upper)
        text += plan_line("written", fmt::format("{}{} bytes in {} files",
                                                 found.upper->complete ? "" : "at least ",
                                                 found.upper->bytes, found.upper->files));
    if (status.mounted)
        text += describe_overlay(status.mounted->plan);
    else if (found.plan && !found.mount)
        text += describe_overlay(*found.plan);
    else
        text += plan_line("merged", found.directory + "/merged");
    return text;
}

std::string to_json(const std::vector<InstanceStatus>& instances) {
    ordered_json list = ordered_json::array();
    for (const InstanceStatus& status : instances)
        list.push_back(status_to_json(status));
    const ordered_json root = {{"version", status_version}, {"instances", list}};
    constexpr int indent = 2;
    return root.dump(indent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace left4me
