#include "generator/watch/unit_follower.hpp"

#include "generator/host/system_error.hpp"
#include "generator/instance/server_command_line.hpp"
#include "generator/units/unit_names.hpp"

#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace left4me::watch {

namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
constexpr const char* service_interface = "org.freedesktop.systemd1.Service";
/// dbus-daemon(1) drops whoever waits for more replies than max_replies_per_connection=.
constexpr std::size_t most_waiting = 64;

constexpr const char* read_call = "sd_bus_message_read";

std::string read_hexadecimal(sd_bus_message* message) {
    const void* data = nullptr;
    std::size_t size = 0;
    require(sd_bus_message_read_array(message, 'y', &data, &size), read_call);
    std::string text;
    for (const unsigned char byte : std::span(static_cast<const unsigned char*>(data), size))
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

/// The program and arguments of the first command of an ExecStart=, a(sasbttttuii).
std::vector<std::string> read_command(sd_bus_message* message) {
    std::vector<std::string> arguments;
    require(sd_bus_message_enter_container(message, 'a', "(sasbttttuii)"), read_call);
    if (require(sd_bus_message_enter_container(message, 'r', "sasbttttuii"), read_call) == 0)
        return arguments;
    require(sd_bus_message_skip(message, "s"), read_call);
    require(sd_bus_message_enter_container(message, 'a', "s"), read_call);
    const char* argument = nullptr;
    while (require(sd_bus_message_read(message, "s", &argument), read_call) > 0)
        arguments.emplace_back(argument);
    return arguments;
}

} // namespace

UnitFollower::UnitFollower(EventLoop& loop, Listed listed)
    : m_loop(loop), m_listed(std::move(listed)) {
    sd_bus* bus = nullptr;
    const int result = sd_bus_open_system(&bus);
    m_bus.reset(bus);
    require(result, "sd_bus_open_system");
    require(sd_bus_set_exit_on_disconnect(bus, 1), "sd_bus_set_exit_on_disconnect");
    require(sd_bus_attach_event(bus, loop.get(), SD_EVENT_PRIORITY_NORMAL), "sd_bus_attach_event");
}

void UnitFollower::list() {
    if (m_is_listing)
        return;
    require(sd_bus_call_method_async(m_bus.get(), nullptr, destination, "/org/freedesktop/systemd1",
                                     "org.freedesktop.systemd1.Manager", "ListUnitsByPatterns",
                                     on_list, this, "asas", 1, "active", 1, service_pattern),
            "sd_bus_call_method_async");
    m_is_listing = true;
}

int UnitFollower::on_list(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    UnitFollower& follower = *static_cast<UnitFollower*>(data);
    return follower.m_loop.guard([&] { follower.take_list(message); });
}

void UnitFollower::take_list(sd_bus_message* message) {
    if (sd_bus_message_is_method_error(message, nullptr) != 0) {
        m_is_listing = false;
        return;
    }
    require(sd_bus_message_enter_container(message, 'a', "(ssssssouso)"), read_call);
    const char* unit = nullptr;
    const char* path = nullptr;
    while (require(sd_bus_message_read(message, "(ssssssouso)", &unit, nullptr, nullptr, nullptr,
                                       nullptr, nullptr, &path, nullptr, nullptr, nullptr),
                   read_call) > 0)
        if (const std::optional<std::string> name = instance_of_service(unit)) {
            Found& found = m_found[*name];
            found.path = path;
            found.server.name = *name;
            m_questions.push_back({this, *name, unit_interface, "InvocationID", take_invocation});
        }
    send_questions();
    finish_if_done();
}

void UnitFollower::send_questions() {
    for (; m_sent < m_questions.size() && m_sent - m_answered < most_waiting; ++m_sent) {
        Question& question = m_questions[m_sent];
        require(sd_bus_call_method_async(m_bus.get(), nullptr, destination,
                                         m_found.at(question.server).path.c_str(),
                                         properties_interface, "Get", on_answer, &question, "ss",
                                         question.interface, question.property),
                "sd_bus_call_method_async");
    }
}

int UnitFollower::on_answer(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    const Question& question = *static_cast<const Question*>(data);
    UnitFollower& follower = *question.follower;
    return follower.m_loop.guard([&] { follower.take_answer(message, question); });
}

void UnitFollower::take_answer(sd_bus_message* message, const Question& question) {
    ++m_answered;
    RunningServer& server = m_found.at(question.server).server;
    if (sd_bus_message_is_method_error(message, nullptr) == 0) {
        const char* contents = nullptr;
        require(sd_bus_message_peek_type(message, nullptr, &contents), read_call);
        require(sd_bus_message_enter_container(message, 'v', contents), read_call);
        question.take(*this, message, server);
    } else if (const auto known = m_known.find(question.server); known != m_known.end()) {
        // It is gone, or systemd had no time: the next round tells.
        server = known->second;
    }
    send_questions();
    finish_if_done();
}

void UnitFollower::take_invocation(UnitFollower& follower, sd_bus_message* message,
                                   RunningServer& server) {
    server.invocation = read_hexadecimal(message);
    if (const auto known = follower.m_known.find(server.name);
        known != follower.m_known.end() && known->second.invocation == server.invocation) {
        server = known->second;
        return;
    }
    follower.m_questions.push_back(
        {&follower, server.name, service_interface, "ExecStart", take_command});
    follower.m_questions.push_back(
        {&follower, server.name, service_interface, "NRestarts", take_restarts});
}

void UnitFollower::take_command(UnitFollower& /*follower*/, sd_bus_message* message,
                                RunningServer& server) {
    const std::vector<std::string> arguments = read_command(message);
    const auto address = parse_ipv4(game::address_among(arguments).value_or("0.0.0.0"));
    server.listening = {address.value_or(0), game::port_among(arguments).value_or(0)};
}

void UnitFollower::take_restarts(UnitFollower& /*follower*/, sd_bus_message* message,
                                 RunningServer& server) {
    std::uint32_t restarts = 0;
    require(sd_bus_message_read(message, "u", &restarts), read_call);
    server.restarts = restarts;
}

void UnitFollower::finish_if_done() {
    if (m_answered < m_questions.size())
        return;
    std::vector<RunningServer> servers;
    m_known.clear();
    for (auto& [name, found] : m_found)
        // Without a port there is nobody to ask.
        if (!found.server.invocation.empty() && found.server.listening.port != 0) {
            servers.push_back(found.server);
            m_known.emplace(name, std::move(found.server));
        }
    m_found.clear();
    m_questions.clear();
    m_sent = m_answered = 0;
    m_is_listing = false;
    m_listed(servers);
}

} // namespace left4me::watch
