#include "generator/l4d2ctl/words/server_list_json.hpp"

#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <csignal>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

/// Raised whenever a field changes its meaning.
constexpr int overview_version = 1;
constexpr std::uint64_t microseconds = 1'000'000;

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
            {"since", number_or_null(service->since / microseconds)},
            {"restarts", service->restarts},
            {"result", text_or_null(service->result)},
            {"server_end", end_to_json(service->server)},
            {"preparation_end", end_to_json(service->preparation)},
            {"cleanup_end", end_to_json(service->cleanup)},
            {"load", service->load}};
}

ordered_json answer_to_json(const std::optional<watch::ServerAnswer>& answer) {
    if (!answer)
        return nullptr;
    return {
        {"map", value_or_null(answer->map)},          {"players", value_or_null(answer->players)},
        {"bots", value_or_null(answer->bots)},        {"slots", value_or_null(answer->slots)},
        {"answered", text_or_null(answer->answered)}, {"silent_seconds", answer->silent_seconds},
        {"health", health_words[answer->health]}};
}

ordered_json server_to_json(const ServerOverview& server) {
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
            {"file_state", enum_name(server.file)},
            {"problem", text_or_null(server.problem)},
            {"warning", text_or_null(server.warning)},
            {"file_warning", text_or_null(server.file_warning)},
            {"port_taken", text_or_null(server.port_taken)},
            {"root_changed", text_or_null(server.root_changed)},
            {"restarted", text_or_null(server.restarted)},
            {"layers_replaced", text_or_null(server.layers_replaced)},
            {"started_between", text_or_null(server.started_between)},
            {"unread_file", text_or_null(server.unread_file)},
            {"autostart", server.autostart},
            {"enabled", server.enabled},
            {"masked", server.masked},
            {"port", value_or_null(server.port)},
            {"command_port", value_or_null(server.command_port)},
            {"running_port", value_or_null(server.running_port)},
            {"address", value_or_null(server.address)},
            {"running_address", value_or_null(server.running_address)},
            {"layers", server.layers},
            {"mounted", value_or_null(server.mounted)},
            {"left_mounted", value_or_null(is_left_mounted(server))},
            {"memory", value_or_null(server.memory)},
            {"upper", upper},
            {"needs_reload", value_or_null(server.needs_reload)},
            {"needs_restart", array_of(server.needs_restart, enum_name<RestartReason>)},
            {"watch", answer_to_json(server.answer)}};
}

} // namespace

std::string to_json(const Overview& overview) {
    return printed({{"version", overview_version},
                    {"systemd", overview.asked_systemd},
                    {"complete", overview.complete},
                    {"target_masked", overview.target_masked},
                    {"instances", array_of(overview.servers, server_to_json)}});
}

} // namespace left4me::ctl
