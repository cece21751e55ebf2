// Prints, as JSON, every name that the product's own tables give to something an operator writes or
// reads. Nothing is listed here: what the manual pages are compared with comes from what the
// programs are made of.

#include "generator/instance/game.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance_keys.hpp"
#include "generator/l4d2ctl/words/ctl_command_line.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"
#include "generator/overlay/instance_status.hpp"
#include "generator/overlay/overlay_options.hpp"
#include "generator/overlay/plan_differences.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/exit_status.hpp"
#include "helper/overlay_command_line.hpp"
#include "helper/verbs/event.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace {

using namespace left4me;
using nlohmann::json;

constexpr std::uint64_t mount_id = 7;

InstanceObservation mounted() {
    InstanceObservation found;
    found.name = "alpha";
    found.directory = "/srv/runtime/alpha";
    found.mount = MergedMount{MergedMount::State::ours, "overlay from left4me:alpha", mount_id};
    found.plan = MountPlan{"alpha",      {{"/srv/a", 1, 1, true}}, found.directory, std::nullopt,
                           std::nullopt, {{1, 1}, {2, 2}}};
    found.record = MountRecord{*found.plan, "/srv/instance.env", 5, 1, mount_id, "0:45"};
    found.configuration = ObservedConfiguration{"/srv/instance.env", 5};
    found.upper = UpperSize{4096, 3};
    found.warnings = {"a warning"};
    found.mounted_at = "2026-01-01";
    return found;
}

/// An instance of which there is something to be said in every field.
InstanceStatus with_everything() {
    InstanceObservation found = mounted();
    found.plan->layers.push_back({"/srv/b", 1, 2});
    found.problems = {"a problem"};
    return judge_instance(found);
}

InstanceObservation found_in(InstanceState state) {
    InstanceObservation found = mounted();
    switch (state) {
    case InstanceState::not_mounted:
        found.mount.reset();
        break;
    case InstanceState::mounted:
        break;
    case InstanceState::drifted:
        found.plan->layers.clear();
        break;
    case InstanceState::broken:
        found.problems = {"a problem"};
        break;
    case InstanceState::retired:
        found.configuration.reset();
        break;
    case InstanceState::unrecorded:
        found.record.reset();
        break;
    case InstanceState::foreign:
        found.mount->state = MergedMount::State::foreign;
        break;
    case InstanceState::busy:
        found.busy = true;
        break;
    }
    return found;
}

json print_states() {
    json states = json::array();
    for (const InstanceState state : enumerators<InstanceState>) {
        const InstanceStatus status = judge_instance(found_in(state));
        if (status.state != state)
            throw std::logic_error(fmt::format("{} is judged otherwise", enum_name(state)));
        states.push_back({{"name", enum_name(state)}, {"text", describe(status)}});
    }
    return states;
}

json print_exit_statuses() {
    json statuses = json::array();
    for (const ExitStatus status : enumerators<ExitStatus>) {
        json row = {{"code", static_cast<int>(status)}};
        if (status != ExitStatus::done)
            row["message_id"] = fields_of(event_of(status)).message_id;
        statuses.push_back(row);
    }
    return statuses;
}

json print_events() {
    json list = json::array();
    for (const Event event : enumerators<Event>)
        list.push_back(
            {{"message_id", fields_of(event).message_id}, {"priority", fields_of(event).priority}});
    return list;
}

json print_instance_keys() {
    json names = json::array();
    for (const InstanceKey& key : instance_keys)
        names.push_back(key.name);
    return names;
}

json print_settings() {
    json list = json::array();
    for (const HostSetting& setting : host_settings)
        list.push_back({{"section", setting.section},
                        {"key", setting.key},
                        {"default", setting.default_value}});
    return list;
}

template <typename Values>
json names_of(const Values& values) {
    json names = json::array();
    for (const auto value : values)
        names.push_back(enum_name(value));
    return names;
}

json print_ctl_words() {
    const ctl::CommandLineWords words = ctl::command_line_words();
    json verbs = json::object();
    for (const auto& verb : words.verbs)
        verbs[verb.verb] = verb.options;
    return {{"options", words.options}, {"verbs", verbs}};
}

json print_tables() {
    const CommandLineWords words = command_line_words();
    return {{"verbs", words.verbs},
            {"options", words.options},
            {"mount_helper_options", words.mount_helper_options},
            {"mount_options", words.mount_options},
            {"ctl", print_ctl_words()},
            {"ctl_file_states", names_of(enumerators<ctl::FileState>)},
            {"ctl_restart_reasons", names_of(enumerators<ctl::RestartReason>)},
            {"instance_keys", print_instance_keys()},
            {"host_settings", print_settings()},
            {"mount_ways", names_of(enumerators<MountWay>)},
            {"forbidden_arguments", game::forbidden_arguments()},
            {"overlay_options", overlay_options},
            {"exit_statuses", print_exit_statuses()},
            {"events", print_events()},
            {"states", print_states()},
            {"configuration_changes", names_of(enumerators<ConfigurationChange>)},
            {"difference_kinds", names_of(enumerators<PlanDifference::Kind>)},
            {"status_text", describe(with_everything())},
            {"status_json", json::parse(to_json({with_everything()}))}};
}

} // namespace

int main() {
    fmt::print("{}\n", print_tables().dump(1));
}
