#include "helper/silent/server_unit.hpp"

#include "generator/host/system_error.hpp"
#include "generator/units/unit_names.hpp"

#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <systemd/sd-bus.h>

namespace left4me {

namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
constexpr const char* service_interface = "org.freedesktop.systemd1.Service";
constexpr const char* units_path = "/org/freedesktop/systemd1/unit";
/// As systemctl(1) does as root: it works without a bus.
constexpr const char* private_address = "unix:path=/run/systemd/private";

struct UnreferenceMessage {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};

using Message = std::unique_ptr<sd_bus_message, UnreferenceMessage>;

Message read_property(sd_bus* bus, const std::string& path, const char* interface, const char* name,
                      const char* type) {
    sd_bus_message* answered = nullptr;
    require(sd_bus_get_property(bus, destination, path.c_str(), interface, name, nullptr, &answered,
                                type),
            "sd_bus_get_property", name);
    return Message(answered);
}

std::string object_path(const std::string& instance) {
    char* encoded = nullptr;
    require(sd_bus_path_encode(units_path, service_name(instance).c_str(), &encoded),
            "sd_bus_path_encode", instance);
    const std::unique_ptr<char, decltype(&std::free)> owner(encoded, &std::free);
    return encoded;
}

} // namespace

void ServerUnit::CloseBus::operator()(sd_bus* bus) const {
    sd_bus_flush_close_unref(bus);
}

ServerUnit::ServerUnit(const std::string& instance) : m_path(object_path(instance)) {
    sd_bus* bus = nullptr;
    require(sd_bus_new(&bus), "sd_bus_new", "systemd");
    m_bus.reset(bus);
    require(sd_bus_set_address(bus, private_address), "sd_bus_set_address", private_address);
    require(sd_bus_start(bus), "sd_bus_start", private_address);
}

std::string ServerUnit::read_text(const char* name) const {
    const Message message = read_property(m_bus.get(), m_path, unit_interface, name, "s");
    const char* text = nullptr;
    require(sd_bus_message_read_basic(message.get(), 's', &text), "sd_bus_message_read", name);
    return text;
}

std::string ServerUnit::read_invocation() const {
    constexpr const char* name = "InvocationID";
    const Message message = read_property(m_bus.get(), m_path, unit_interface, name, "ay");
    const void* bytes = nullptr;
    std::size_t size = 0;
    require(sd_bus_message_read_array(message.get(), 'y', &bytes, &size), "sd_bus_message_read",
            name);
    std::string digits;
    for (std::size_t i = 0; i < size; ++i)
        digits += fmt::format("{:02x}", static_cast<const unsigned char*>(bytes)[i]);
    return digits;
}

std::uint32_t ServerUnit::read_number(const char* interface, const char* name,
                                      const char* type) const {
    const Message message = read_property(m_bus.get(), m_path, interface, name, type);
    // A job is a number and its path.
    if (*type == '(')
        require(sd_bus_message_enter_container(message.get(), 'r', nullptr), "sd_bus_message_read",
                name);
    std::uint32_t number = 0;
    require(sd_bus_message_read_basic(message.get(), 'u', &number), "sd_bus_message_read", name);
    return number;
}

ServerUnitState ServerUnit::look() const {
    return {read_text("ActiveState"), read_invocation(),
            static_cast<pid_t>(read_number(service_interface, "MainPID", "u")),
            read_number(unit_interface, "Job", "(uo)") != 0};
}

} // namespace left4me
