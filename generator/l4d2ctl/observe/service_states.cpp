#include "generator/l4d2ctl/observe/service_states.hpp"

#include "generator/l4d2ctl/observe/server_cgroups.hpp"
#include "generator/l4d2ctl/observe/service_manager.hpp"
#include "generator/units/unit_names.hpp"
#include "paths.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <iterator>
#include <limits>

namespace left4me::ctl {

namespace {

template <typename Value>
void take(const PropertyValue& answer, Value& value) {
    if (const Value* const found = std::get_if<Value>(&answer))
        value = *found;
}

/// Whose it is, unless the helper's: that runs by way of nsenter(1), in the template also of a
/// shell.
std::string program_of(const ServiceCommand& command) {
    return command.arguments.empty() ||
                   std::ranges::find(command.arguments, paths::helper) != command.arguments.end()
               ? std::string()
               : command.arguments.front();
}

/// The first that failed, if any did.
void take(const PropertyValue& answer, ProcessEnd& end) {
    if (const auto* const commands = std::get_if<ServiceCommands>(&answer))
        for (const ServiceCommand& command : *commands)
            if (command.code != 0 && command.status != 0 && end.code == 0)
                end = {command.code, command.status, program_of(command)};
}

/// Adds to what there is.
void take(const PropertyValue& answer, TextList& texts) {
    if (const auto* const list = std::get_if<TextList>(&answer))
        std::ranges::copy(*list, std::back_inserter(texts));
}

/// A property, and what becomes of its value.
struct Question {
    /// "Unit" or "Service".
    const char* interface;
    const char* property;
    void (*take_answer)(const PropertyValue& answer, LoadedService& service);
};

/// \tparam members  of a service, then of that member, and so on: where the answer goes
template <auto... members>
constexpr Question about(const char* interface, const char* property) {
    return {interface, property, [](const PropertyValue& answer, LoadedService& service) {
                take(answer, (service.*....*members));
            }};
}

template <auto... members>
constexpr auto about_state = about<&LoadedService::state, members...>;

constexpr Question since = about_state<&ServiceState::since>("Unit", "StateChangeTimestamp");
constexpr Question restarts = about_state<&ServiceState::restarts>("Service", "NRestarts");

// No call answers one of these for many units: with 200 servers that run, on a busy machine, each
// is some 12 ms of what a list takes. So each is asked only where it matters.
constexpr std::array about_stopped = {since};

constexpr std::array about_running = {since, restarts};

/// What the control group does not tell.
constexpr std::array about_others_that_run = {
    since,
    restarts,
    about<&LoadedService::main_pid>("Service", "MainPID"),
    Question{"Service", "MemoryCurrent",
             [](const PropertyValue& answer, LoadedService& service) {
                 // systemd's word for what is not counted.
                 constexpr auto uncounted = std::numeric_limits<std::uint64_t>::max();
                 const auto* const bytes = std::get_if<std::uint64_t>(&answer);
                 if (bytes != nullptr && *bytes != 0 && *bytes != uncounted)
                     service.memory = *bytes;
             }},
};

constexpr std::array about_others = {
    since,
    restarts,
    about_state<&ServiceState::result>("Service", "Result"),
    about_state<&ServiceState::server, &ProcessEnd::code>("Service", "ExecMainCode"),
    about_state<&ServiceState::server, &ProcessEnd::status>("Service", "ExecMainStatus"),
    about_state<&ServiceState::preparation>("Service", "ExecStartPre"),
    about_state<&ServiceState::cleanup>("Service", "ExecStopPost"),
};

constexpr std::array about_down = {
    about<&LoadedService::conditions_held>("Unit", "ConditionResult"),
    about<&LoadedService::assertions_held>("Unit", "AssertResult"),
    // Before anybody has tried, neither has held.
    Question{"Unit", "ConditionTimestampMonotonic",
             [](const PropertyValue& answer, LoadedService& service) {
                 const auto* const when = std::get_if<std::uint64_t>(&answer);
                 service.tried = when != nullptr && *when != 0;
             }},
    about_state<&ServiceState::result>("Service", "Result"),
    about_state<&ServiceState::server, &ProcessEnd::code>("Service", "ExecMainCode"),
    about_state<&ServiceState::server, &ProcessEnd::status>("Service", "ExecMainStatus"),
    about_state<&ServiceState::left_active>("Unit", "ActiveExitTimestampMonotonic"),
    about_state<&ServiceState::server_ended>("Service", "ExecMainExitTimestampMonotonic"),
};

constexpr std::array about_skipped = {
    about_state<&ServiceState::unmet>("Unit", "Conditions"),
    about_state<&ServiceState::unmet>("Unit", "Asserts"),
};

constexpr std::array about_stop_signal = {
    about_state<&ServiceState::stop_signal>("Service", "KillSignal")};

/// \tparam member  of the limits
template <auto member>
constexpr Question about_limit(const char* interface, const char* property) {
    return {interface, property, [](const PropertyValue& answer, LoadedService& service) {
                take(answer, (*service.state.limits).*member);
            }};
}

constexpr std::array about_limits = {
    about_limit<&TimeLimits::start>("Service", "TimeoutStartUSec"),
    about_limit<&TimeLimits::stop>("Service", "TimeoutStopUSec"),
    about_limit<&TimeLimits::run>("Service", "RuntimeMaxUSec"),
    about_limit<&TimeLimits::began>("Unit", "InactiveExitTimestampMonotonic"),
    about_limit<&TimeLimits::active_from>("Unit", "ActiveEnterTimestampMonotonic"),
    about_limit<&TimeLimits::active_until>("Unit", "ActiveExitTimestampMonotonic"),
};

/// Takes what the control group tells of a server that runs.
///
/// \return whether that is all
bool look_at_cgroup(const ServerCgroups& cgroups, const std::string& instance,
                    LoadedService& service) {
    service.memory = cgroups.memory_of(instance);
    service.main_pid = cgroups.main_process_of(instance).value_or(0);
    return service.main_pid != 0 && (service.memory || !cgroups.count_memory());
}

std::span<const Question> questions_about(const ServerCgroups& cgroups, const std::string& instance,
                                          LoadedService& service) {
    if (service.state.active == "active") {
        if (look_at_cgroup(cgroups, instance, service))
            return about_running;
        return about_others_that_run;
    }
    if (service.state.active == "inactive")
        return about_stopped;
    return about_others;
}

/// A service, and what is asked of it.
struct Inquiry {
    LoadedService* service;
    std::span<const Question> questions;
};

/// All at once, so that they cost few waits.
void ask(ServiceManager& manager, std::span<const Inquiry> inquiries) {
    std::vector<UnitProperty> properties;
    for (const auto& [service, questions] : inquiries)
        for (const Question& question : questions)
            properties.push_back({service->object_path, question.interface, question.property});
    const std::vector<PropertyValue> answers = manager.read(properties);
    auto answer = answers.begin();
    for (const auto& [service, questions] : inquiries)
        for (const Question& question : questions)
            question.take_answer(*answer++, *service);
}

void ask(std::span<LoadedService* const> services, std::span<const Question> questions) {
    std::vector<Inquiry> inquiries;
    for (LoadedService* const service : services)
        if (!service->object_path.empty())
            inquiries.push_back({service, questions});
    if (inquiries.empty())
        return;
    ServiceManager manager;
    ask(manager, inquiries);
}

} // namespace

std::map<std::string, LoadedService> ask_service_states() {
    ServiceManager manager;
    const ServerCgroups cgroups;
    std::map<std::string, LoadedService> services;
    std::vector<Inquiry> inquiries;
    for (const LoadedUnit& unit : manager.list_units(service_pattern)) {
        constexpr std::size_t around_name = service_template.size();
        constexpr std::size_t before_name = service_template.find('@') + 1;
        const std::string instance = unit.name.substr(before_name, unit.name.size() - around_name);
        LoadedService& service = services[instance];
        service.state.load = unit.load_state;
        service.state.active = unit.active_state;
        service.state.sub = unit.sub_state;
        service.object_path = unit.object_path;
        inquiries.push_back({&service, questions_about(cgroups, instance, service)});
    }
    ask(manager, inquiries);
    return services;
}

void ask_stop_times(std::span<LoadedService* const> services) {
    // Not when it became inactive after a failure: that is when somebody has reset it.
    constexpr std::array questions = {
        about_state<&ServiceState::stopped>("Unit", "InactiveEnterTimestamp")};
    ask(services, questions);
}

void ask_start_limits(std::span<LoadedService* const> services) {
    constexpr std::array questions = {
        Question{"Unit", "StartLimitBurst",
                 [](const PropertyValue& answer, LoadedService& service) {
                     take(answer, service.state.start_limit.emplace().starts);
                 }},
        Question{"Unit", "StartLimitIntervalUSec",
                 [](const PropertyValue& answer, LoadedService& service) {
                     take(answer, service.state.start_limit->interval);
                 }},
    };
    ask(services, questions);
}

void ask_time_limits(std::span<LoadedService* const> services) {
    for (LoadedService* const service : services)
        service->state.limits.emplace();
    ask(services, about_limits);
    ask(services, about_stop_signal);
}

void ask_why_down(std::span<LoadedService* const> services) {
    ask(services, about_down);
    std::vector<LoadedService*> skipped;
    std::vector<LoadedService*> killed;
    for (LoadedService* const service : services) {
        if (service->tried && !(service->conditions_held && service->assertions_held))
            skipped.push_back(service);
        if (service->state.server.code == CLD_KILLED || service->state.server.code == CLD_DUMPED)
            killed.push_back(service);
    }
    ask(skipped, about_skipped);
    // A reload forgets which it was.
    for (LoadedService* const service : skipped)
        if (service->state.unmet.empty())
            service->state.unmet.emplace_back("a condition");
    ask(killed, about_stop_signal);
}

void ask_unread(std::span<LoadedService* const> services) {
    constexpr std::array questions = {about<&LoadedService::is_unread>("Unit", "NeedDaemonReload")};
    ask(services, questions);
}

void ask_next_commands(std::span<LoadedService* const> services) {
    constexpr std::array questions = {
        Question{"Service", "ExecStart", [](const PropertyValue& answer, LoadedService& service) {
                     const auto* const commands = std::get_if<ServiceCommands>(&answer);
                     if (commands != nullptr && !commands->empty())
                         service.next_command = commands->front().arguments;
                 }}};
    ask(services, questions);
}

} // namespace left4me::ctl
