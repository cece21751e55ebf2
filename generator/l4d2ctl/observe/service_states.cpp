#include "generator/l4d2ctl/observe/service_states.hpp"

#include "generator/l4d2ctl/observe/service_manager.hpp"
#include "generator/l4d2ctl/observe/unit_invocations.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::string_view prefix = "l4d2@";
constexpr std::string_view suffix = ".service";

template <typename Value>
Value value_or_default(const PropertyValue& value) {
    const Value* const found = std::get_if<Value>(&value);
    return found == nullptr ? Value() : *found;
}

/// The first that failed, if any did.
ProcessEnd failure_of(const ServiceCommands& commands) {
    for (const ServiceCommand& command : commands)
        if (command.code != 0 && command.status != 0)
            return {command.code, command.status};
    return {};
}

enum class Question { restarts, since, result, code, status, preparation, cleanup };

/// By Question.
constexpr std::array<std::pair<const char*, const char*>, 7> properties_asked = {{
    {"Service", "NRestarts"},
    {"Unit", "StateChangeTimestamp"},
    {"Service", "Result"},
    {"Service", "ExecMainCode"},
    {"Service", "ExecMainStatus"},
    {"Service", "ExecStartPre"},
    {"Service", "ExecStopPost"},
}};
static_assert(properties_asked.size() == static_cast<std::size_t>(Question::cleanup) + 1);

constexpr std::array about_all = {Question::restarts, Question::since,  Question::result,
                                  Question::code,     Question::status, Question::preparation,
                                  Question::cleanup};
constexpr std::array about_running = {Question::restarts, Question::since};
constexpr std::array about_stopped = {Question::since};

/// A unit, what is known of it, and what systemd has to be asked: a question costs as much as a
/// server costs otherwise.
struct Inquiry {
    const LoadedUnit* unit;
    LoadedService service;
    std::span<const Question> questions;
};

Inquiry inquiry_into(const LoadedUnit& unit, const UnitInvocations& invocations) {
    Inquiry inquiry = {&unit, {}, about_all};
    inquiry.service.object_path = unit.object_path;
    inquiry.service.masked = unit.load_state == "masked";
    inquiry.service.state.active = unit.active_state;
    inquiry.service.state.sub = unit.sub_state;
    if (unit.active_state == "inactive")
        inquiry.questions = about_stopped;
    if (unit.active_state != "active")
        return inquiry;
    inquiry.questions = about_running;
    if (const auto start = invocations.find(unit.name)) {
        inquiry.service.state.since = start->time;
        inquiry.service.started_from_loaded_units = start->from_loaded_units;
        inquiry.questions = inquiry.questions.first(1);
    }
    return inquiry;
}

void take_answer(ServiceState& state, Question question, const PropertyValue& answer) {
    switch (question) {
    case Question::restarts:
        state.restarts = value_or_default<std::uint64_t>(answer);
        break;
    case Question::since:
        state.since = value_or_default<std::uint64_t>(answer);
        break;
    case Question::result:
        state.result = value_or_default<std::string>(answer);
        break;
    case Question::code:
        state.server.code = value_or_default<std::int64_t>(answer);
        break;
    case Question::status:
        state.server.status = value_or_default<std::int64_t>(answer);
        break;
    case Question::preparation:
        state.preparation = failure_of(value_or_default<ServiceCommands>(answer));
        break;
    case Question::cleanup:
        state.cleanup = failure_of(value_or_default<ServiceCommands>(answer));
        break;
    }
}

/// One property of several services.
///
/// \param interface  "Unit" or "Service"
std::vector<PropertyValue> ask(const std::vector<std::string>& object_paths, const char* name,
                               const char* interface = "Service") {
    if (object_paths.empty())
        return {};
    std::vector<UnitProperty> properties;
    properties.reserve(object_paths.size());
    for (const std::string& path : object_paths)
        properties.push_back({path, interface, name});
    return ServiceManager().read(properties);
}

} // namespace

std::map<std::string, LoadedService> ask_service_states() {
    ServiceManager manager;
    constexpr std::array patterns = {"l4d2@*.service"};
    const std::vector<LoadedUnit> units = manager.list_units(patterns);
    const UnitInvocations invocations;
    std::vector<Inquiry> inquiries;
    inquiries.reserve(units.size());
    std::vector<UnitProperty> properties;
    for (const LoadedUnit& unit : units) {
        const Inquiry& inquiry = inquiries.emplace_back(inquiry_into(unit, invocations));
        for (const Question question : inquiry.questions) {
            const auto& [interface, name] = properties_asked[static_cast<std::size_t>(question)];
            properties.push_back({unit.object_path, interface, name});
        }
    }
    const std::vector<PropertyValue> answers = manager.read(properties);

    std::map<std::string, LoadedService> services;
    auto answer = answers.begin();
    for (Inquiry& inquiry : inquiries) {
        for (const Question question : inquiry.questions)
            take_answer(inquiry.service.state, question, *answer++);
        std::string_view name = inquiry.unit->name;
        name.remove_prefix(prefix.size());
        name.remove_suffix(suffix.size());
        services.emplace(name, std::move(inquiry.service));
    }
    return services;
}

std::vector<std::uint64_t> ask_stop_times(const std::vector<std::string>& object_paths) {
    std::vector<std::uint64_t> times;
    // Not when it became inactive after a failure: that is when somebody has reset it.
    for (const PropertyValue& answer : ask(object_paths, "InactiveEnterTimestamp", "Unit"))
        times.push_back(value_or_default<std::uint64_t>(answer));
    return times;
}

std::vector<StartLimit> ask_start_limits(const std::vector<std::string>& object_paths) {
    std::vector<StartLimit> limits;
    for (const PropertyValue& answer : ask(object_paths, "StartLimitBurst", "Unit"))
        limits.push_back({value_or_default<std::uint64_t>(answer), 0});
    const auto intervals = ask(object_paths, "StartLimitIntervalUSec", "Unit");
    for (std::size_t i = 0; i < intervals.size(); ++i)
        limits[i].interval = value_or_default<std::uint64_t>(intervals[i]);
    return limits;
}

std::vector<std::uint64_t> ask_main_pids(const std::vector<std::string>& object_paths) {
    std::vector<std::uint64_t> pids;
    for (const PropertyValue& answer : ask(object_paths, "MainPID"))
        pids.push_back(value_or_default<std::uint64_t>(answer));
    return pids;
}

std::vector<std::vector<std::string>>
ask_command_lines(const std::vector<std::string>& object_paths) {
    std::vector<std::vector<std::string>> command_lines;
    for (const PropertyValue& answer : ask(object_paths, "ExecStart")) {
        auto commands = value_or_default<ServiceCommands>(answer);
        command_lines.push_back(commands.empty() ? std::vector<std::string>()
                                                 : std::move(commands.front().arguments));
    }
    return command_lines;
}

std::vector<std::uint64_t> ask_memory(const std::vector<std::string>& object_paths) {
    std::vector<std::uint64_t> sizes;
    for (const PropertyValue& answer : ask(object_paths, "MemoryCurrent")) {
        const auto bytes = value_or_default<std::uint64_t>(answer);
        // systemd's word for what is not counted.
        sizes.push_back(bytes == std::numeric_limits<std::uint64_t>::max() ? 0 : bytes);
    }
    return sizes;
}

} // namespace left4me::ctl
