#include "l4d2ctl/observe/service_states.hpp"

#include "l4d2ctl/observe/service_manager.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <limits>
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

/// What is asked of every service, and besides of one that does not run.
enum Question : std::size_t { since, restarts, result, code, status, preparation, cleanup, count };

constexpr std::array<std::pair<const char*, const char*>, Question::count> questions = {{
    {"Unit", "StateChangeTimestampMonotonic"},
    {"Service", "NRestarts"},
    {"Service", "Result"},
    {"Service", "ExecMainCode"},
    {"Service", "ExecMainStatus"},
    {"Service", "ExecStartPre"},
    {"Service", "ExecStopPost"},
}};

std::size_t questions_about(const LoadedUnit& unit) {
    if (unit.active_state == "inactive")
        return Question::since + 1;
    return unit.active_state == "active" ? Question::restarts + 1 : Question::count;
}

/// Time is told from CLOCK_MONOTONIC, which nobody sets: before and after stay what they are.
struct Clock {
    /// When it showed 0, in microseconds since the epoch.
    std::uint64_t boot;
    /// When systemd had read its units, the last time, on that clock.
    std::uint64_t units_loaded;
};

std::uint64_t read_clock(clockid_t clock) {
    timespec time = {};
    ::clock_gettime(clock, &time);
    constexpr std::uint64_t microseconds = 1'000'000;
    constexpr std::uint64_t nanoseconds = 1'000;
    return static_cast<std::uint64_t>(time.tv_sec) * microseconds +
           static_cast<std::uint64_t>(time.tv_nsec) / nanoseconds;
}

LoadedService service_of(const LoadedUnit& unit, const Clock& clock,
                         std::span<const PropertyValue> answers) {
    LoadedService service;
    service.object_path = unit.object_path;
    service.masked = unit.load_state == "masked";
    service.state.active = unit.active_state;
    service.state.sub = unit.sub_state;
    const auto changed = value_or_default<std::uint64_t>(answers[Question::since]);
    service.started_from_loaded_units = changed > clock.units_loaded;
    service.state.since = changed == 0 ? 0 : clock.boot + changed;
    if (answers.size() > Question::restarts)
        service.state.restarts = value_or_default<std::uint64_t>(answers[Question::restarts]);
    if (answers.size() > Question::preparation) {
        service.state.result = value_or_default<std::string>(answers[Question::result]);
        service.state.server = {value_or_default<std::int64_t>(answers[Question::code]),
                                value_or_default<std::int64_t>(answers[Question::status])};
        service.state.preparation =
            failure_of(value_or_default<ServiceCommands>(answers[Question::preparation]));
        service.state.cleanup =
            failure_of(value_or_default<ServiceCommands>(answers[Question::cleanup]));
    }
    return service;
}

/// One property of several services.
std::vector<PropertyValue> ask(const std::vector<std::string>& object_paths, const char* name) {
    if (object_paths.empty())
        return {};
    std::vector<UnitProperty> properties;
    properties.reserve(object_paths.size());
    for (const std::string& path : object_paths)
        properties.push_back({path, "Service", name});
    return ServiceManager().read(properties);
}

} // namespace

std::map<std::string, LoadedService> ask_service_states() {
    ServiceManager manager;
    constexpr std::array patterns = {"l4d2@*.service"};
    const std::vector<LoadedUnit> units = manager.list_units(patterns);
    std::vector<UnitProperty> properties;
    properties.reserve(units.size() * Question::result);
    properties.push_back({ServiceManager::object_path, "Manager", "UnitsLoadTimestampMonotonic"});
    for (const LoadedUnit& unit : units)
        for (std::size_t i = 0; i < questions_about(unit); ++i)
            properties.push_back({unit.object_path, questions[i].first, questions[i].second});
    const std::vector<PropertyValue> answers = manager.read(properties);

    const Clock clock = {read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC),
                         value_or_default<std::uint64_t>(answers.front())};
    std::map<std::string, LoadedService> services;
    std::span<const PropertyValue> rest = std::span(answers).subspan(1);
    for (const LoadedUnit& unit : units) {
        const std::size_t asked = questions_about(unit);
        std::string_view name = unit.name;
        name.remove_prefix(prefix.size());
        name.remove_suffix(suffix.size());
        services.emplace_hint(services.end(), name, service_of(unit, clock, rest.first(asked)));
        rest = rest.subspan(asked);
    }
    return services;
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
