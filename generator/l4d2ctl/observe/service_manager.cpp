#include "generator/l4d2ctl/observe/service_manager.hpp"

#include "generator/host/system_error.hpp"

#include <fmt/format.h>
#include <systemd/sd-bus.h>
#include <unistd.h>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr const char* private_address = "unix:path=/run/systemd/private";
/// dbus-daemon(1) drops whoever waits for more replies than max_replies_per_connection=, and
/// sd-bus holds a limited queue.
constexpr std::size_t most_waiting = 128;

struct UnreferenceMessage {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};

using Message = std::unique_ptr<sd_bus_message, UnreferenceMessage>;

int open_private(sd_bus*& bus) {
    int result = sd_bus_new(&bus);
    if (result >= 0)
        result = sd_bus_set_address(bus, private_address);
    return result < 0 ? result : sd_bus_start(bus);
}

/// a(sasbttttuii): program, arguments, whether a failure counts, when it began and ended on two
/// clocks, process id, code, status.
ServiceCommands read_commands(sd_bus_message* message) {
    constexpr const char* call = "sd_bus_message_read";
    ServiceCommands commands;
    require(sd_bus_message_enter_container(message, 'a', "(sasbttttuii)"), call);
    while (require(sd_bus_message_enter_container(message, 'r', "sasbttttuii"), call) > 0) {
        ServiceCommand command;
        require(sd_bus_message_skip(message, "s"), call);
        require(sd_bus_message_enter_container(message, 'a', "s"), call);
        const char* argument = nullptr;
        while (require(sd_bus_message_read(message, "s", &argument), call) > 0)
            command.arguments.emplace_back(argument);
        require(sd_bus_message_exit_container(message), call);
        require(sd_bus_message_skip(message, "bttttu"), call);
        std::int32_t code = 0;
        std::int32_t status = 0;
        require(sd_bus_message_read(message, "ii", &code, &status), call);
        require(sd_bus_message_exit_container(message), call);
        command.code = code;
        command.status = status;
        commands.push_back(std::move(command));
    }
    return commands;
}

/// a(sbbsi): the setting, whether one of its kind is enough, whether it is negated, its value, and
/// below 0 where it did not hold.
TextList read_conditions(sd_bus_message* message) {
    constexpr const char* call = "sd_bus_message_read";
    TextList unmet;
    require(sd_bus_message_enter_container(message, 'a', "(sbbsi)"), call);
    const char* setting = nullptr;
    const char* value = nullptr;
    int trigger = 0;
    int negated = 0;
    std::int32_t state = 0;
    while (require(sd_bus_message_read(message, "(sbbsi)", &setting, &trigger, &negated, &value,
                                       &state),
                   call) > 0)
        if (state < 0)
            unmet.push_back(fmt::format("{}={}{}{}", setting, trigger != 0 ? "|" : "",
                                        negated != 0 ? "!" : "", value));
    return unmet;
}

TextList read_texts(sd_bus_message* message) {
    constexpr const char* call = "sd_bus_message_read";
    TextList texts;
    require(sd_bus_message_enter_container(message, 'a', "s"), call);
    const char* text = nullptr;
    while (require(sd_bus_message_read(message, "s", &text), call) > 0)
        texts.emplace_back(text);
    return texts;
}

PropertyValue read_value(sd_bus_message* message) {
    const char* contents = nullptr;
    char type = 0;
    require(sd_bus_message_peek_type(message, &type, &contents), "sd_bus_message_read");
    const std::string_view signature = contents == nullptr ? "" : contents;
    require(sd_bus_message_enter_container(message, 'v', contents), "sd_bus_message_read");
    const auto read = [&](auto value) {
        require(sd_bus_message_read_basic(message, signature.front(), &value),
                "sd_bus_message_read");
        return value;
    };
    if (signature == "t")
        return read(std::uint64_t{});
    if (signature == "u")
        return std::uint64_t{read(std::uint32_t{})};
    if (signature == "i")
        return std::int64_t{read(std::int32_t{})};
    if (signature == "b")
        return read(int{}) != 0;
    if (signature == "s")
        return std::string(read(static_cast<const char*>(nullptr)));
    if (signature == "a(sasbttttuii)")
        return read_commands(message);
    if (signature == "a(sbbsi)")
        return read_conditions(message);
    if (signature == "as")
        return read_texts(message);
    return std::monostate();
}

struct Answer {
    PropertyValue* value;
    std::size_t* waiting;
};

/// Nothing may be thrown through the library, which is C.
int take_answer(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    const Answer& answer = *static_cast<const Answer*>(data);
    --*answer.waiting;
    try {
        if (sd_bus_message_is_method_error(message, nullptr) == 0)
            *answer.value = read_value(message);
    } catch (const SystemError& error) {
        return -error.error();
    }
    return 0;
}

} // namespace

void ServiceManager::CloseBus::operator()(sd_bus* bus) const {
    sd_bus_flush_close_unref(bus);
}

ServiceManager::ServiceManager() {
    sd_bus* bus = nullptr;
    const int result = ::geteuid() == 0 ? open_private(bus) : sd_bus_open_system(&bus);
    m_bus.reset(bus);
    require(result, "sd_bus_open_system");
}

std::vector<LoadedUnit> ServiceManager::list_units(const std::string& pattern) {
    constexpr const char* method = "ListUnitsByPatterns";
    sd_bus_message* answered = nullptr;
    // In any state, of these names.
    require(sd_bus_call_method(m_bus.get(), destination, manager_path, manager_interface, method,
                               nullptr, &answered, "asas", 0, 1, pattern.c_str()),
            method);
    const Message reply(answered);
    require(sd_bus_message_enter_container(answered, 'a', "(ssssssouso)"), "sd_bus_message_read");
    std::vector<LoadedUnit> units;
    const char* name = nullptr;
    const char* load_state = nullptr;
    const char* active_state = nullptr;
    const char* sub_state = nullptr;
    const char* path = nullptr;
    while (require(sd_bus_message_read(answered, "(ssssssouso)", &name, nullptr, &load_state,
                                       &active_state, &sub_state, nullptr, &path, nullptr, nullptr,
                                       nullptr),
                   "sd_bus_message_read") > 0)
        units.push_back({name, load_state, active_state, sub_state, path});
    return units;
}

std::vector<PropertyValue> ServiceManager::read(std::span<const UnitProperty> properties) {
    std::vector<PropertyValue> values(properties.size());
    std::vector<Answer> answers(properties.size());
    std::size_t waiting = 0;
    std::size_t next = 0;
    while (next < properties.size() || waiting > 0) {
        for (; next < properties.size() && waiting < most_waiting; ++next, ++waiting) {
            const UnitProperty& property = properties[next];
            answers[next] = {&values[next], &waiting};
            const std::string interface = fmt::format("{}.{}", destination, property.interface);
            require(sd_bus_call_method_async(m_bus.get(), nullptr, destination,
                                             property.object_path.c_str(), properties_interface,
                                             "Get", take_answer, &answers[next], "ss",
                                             interface.c_str(), property.name),
                    "sd_bus_call_method_async");
        }
        if (require(sd_bus_process(m_bus.get(), nullptr), "sd_bus_process") == 0)
            require(sd_bus_wait(m_bus.get(), UINT64_MAX), "sd_bus_wait");
    }
    return values;
}

} // namespace left4me::ctl
