#include "l4d2ctl/view/server_overview.hpp"

#include "plan/exit_status.hpp"

#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int overview_version = 1;

using nlohmann::ordered_json;

bool is_refusal(const ProcessEnd& end) {
    return end.code == CLD_EXITED &&
           (end.status == static_cast<int>(ExitStatus::refused) ||
            end.status == static_cast<int>(ExitStatus::bad_configuration) ||
            end.status == static_cast<int>(ExitStatus::no_such_instance));
}

std::string in_words(const ProcessEnd& end) {
    if (end.code == CLD_EXITED)
        return fmt::format("exit code {}", end.status);
    const char* const name = ::sigabbrev_np(static_cast<int>(end.status));
    return fmt::format("{}{}", name == nullptr ? "signal " : "SIG",
                       name == nullptr ? std::to_string(end.status) : name);
}

std::string why_failed(const ServiceState& service) {
    if (service.result == "start-limit-hit")
        return "it failed again and again, and was given up";
    if (is_refusal(service.preparation))
        return "left4me-overlay refused to mount it";
    if (service.preparation.code != 0)
        return fmt::format("what prepares it ended with {}", in_words(service.preparation));
    if (service.result == "timeout")
        return "it did not start or stop in time";
    if (service.result == "oom-kill")
        return "the machine or its limit was out of memory";
    if (service.server.code != 0)
        return fmt::format("the server ended with {}{}", in_words(service.server),
                           service.restarts == 0
                               ? std::string()
                               : fmt::format(", restarts so far: {}", service.restarts));
    return service.result;
}

ordered_json end_to_json(const ProcessEnd& end) {
    if (end.code == 0)
        return nullptr;
    return {{"exited", end.code == CLD_EXITED}, {"status", end.status}};
}

ordered_json service_to_json(const std::optional<ServiceState>& service) {
    if (!service)
        return nullptr;
    return {{"active", service->active},
            {"sub", service->sub},
            {"since", service->since == 0 ? ordered_json() : ordered_json(service->since)},
            {"restarts", service->restarts},
            {"result", service->result.empty() ? ordered_json() : ordered_json(service->result)},
            {"server_end", end_to_json(service->server)},
            {"preparation_end", end_to_json(service->preparation)}};
}

template <typename Value>
ordered_json or_null(const std::optional<Value>& value) {
    return value ? ordered_json(*value) : ordered_json();
}

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json server_to_json(const ServerOverview& server) {
    ordered_json reasons = ordered_json::array();
    for (const RestartReason reason : server.needs_restart)
        reasons.push_back(to_string(reason));
    ordered_json upper;
    if (server.upper)
        upper = {{"bytes", server.upper->bytes},
                 {"files", server.upper->files},
                 {"complete", server.upper->complete}};
    return {{"name", server.name},
            {"state", state_in_a_word(server)},
            {"why", text_or_null(explain_state(server))},
            {"service", service_to_json(server.service)},
            {"file", text_or_null(server.source)},
            {"file_state", to_string(server.file)},
            {"problem", text_or_null(server.problem)},
            {"autostart", server.autostart},
            {"enabled", server.enabled},
            {"masked", server.masked},
            {"port", or_null(server.port)},
            {"layers", server.layers},
            {"mounted", or_null(server.mounted)},
            {"memory", or_null(server.memory)},
            {"upper", upper},
            {"needs_reload", or_null(server.needs_reload)},
            {"needs_restart", reasons}};
}

} // namespace

const char* to_string(FileState state) {
    switch (state) {
    case FileState::usable:
        break;
    case FileState::unusable:
        return "unusable";
    case FileState::unreadable:
        return "unreadable";
    case FileState::retired:
        return "retired";
    case FileState::missing:
        return "missing";
    }
    return "usable";
}

const char* to_string(RestartReason reason) {
    switch (reason) {
    case RestartReason::command_line:
        break;
    case RestartReason::layers:
        return "layers";
    case RestartReason::reload:
        return "reload";
    }
    return "command_line";
}

std::string state_in_a_word(const ServerOverview& server) {
    const auto& service = server.service;
    if (service && service->active == "active")
        return server.file == FileState::retired ? "retired" : "running";
    if (service && service->active == "activating")
        return service->sub == "auto-restart" ? "restarting" : "starting";
    if (service && service->active == "deactivating")
        return "stopping";
    if (server.masked)
        return "masked";
    if (server.file == FileState::unusable)
        return "broken";
    if (service && service->active == "failed")
        return "failed";
    if (server.file == FileState::missing)
        return "missing";
    if (server.file == FileState::retired)
        return "retired";
    if (service)
        return service->active == "inactive" ? "stopped" : service->active;
    return "?";
}

std::string explain_state(const ServerOverview& server) {
    switch (server.file) {
    case FileState::unusable:
        return server.problem;
    case FileState::retired:
        return fmt::format("its instance.env is gone, and it is mounted: systemctl stop l4d2@{}",
                           server.name);
    case FileState::missing:
        return fmt::format("there is no instance.env for it: make one, or systemctl disable or "
                           "reset-failed l4d2@{}",
                           server.name);
    case FileState::usable:
    case FileState::unreadable:
        break;
    }
    const auto& service = server.service;
    if (service && (service->active == "failed" || service->sub == "auto-restart"))
        return fmt::format("{}: systemctl status l4d2@{}", why_failed(*service), server.name);
    return "";
}

std::string to_json(const Overview& overview) {
    ordered_json list = ordered_json::array();
    for (const ServerOverview& server : overview.servers)
        list.push_back(server_to_json(server));
    const ordered_json root = {{"version", overview_version},
                               {"systemd", overview.asked_systemd},
                               {"complete", overview.complete},
                               {"instances", list}};
    constexpr int indent = 2;
    return root.dump(indent, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace left4me::ctl
