#include "generator/l4d2ctl/words/server_overview.hpp"

#include "generator/instance/game.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/text/json_text.hpp"
#include "paths.hpp"

#include <csignal>
#include <cstring>
#include <fmt/format.h>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int overview_version = 1;
constexpr std::uint64_t microseconds = 1'000'000;

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

/// Whether systemd takes it for a failure: these signals end a stop (systemd.service(5),
/// SuccessExitStatus=).
bool is_failure(const ProcessEnd& end) {
    if (end.code == 0 || end.code == CLD_EXITED)
        return end.code != 0 && end.status != 0;
    return end.code != CLD_KILLED || (end.status != SIGHUP && end.status != SIGINT &&
                                      end.status != SIGTERM && end.status != SIGPIPE);
}

bool is_down(const ServerOverview& server) {
    return server.service &&
           (server.service->active == "inactive" || server.service->active == "failed");
}

std::string umount_command(const std::string& name) {
    return fmt::format("{} umount {}", paths::helper, name);
}

/// A start that the limit refuses leaves the result of the failure before it, if there was one: so
/// this may be hit by a server that never failed, but was started again and again.
std::string why_given_up(const ServiceState& service, const std::string& name,
                         const std::string& look) {
    if (service.restarts != 0)
        return fmt::format("it ended again and again, restarts so far: {}, and was given up: {}",
                           service.restarts, look);
    if (is_failure(service.server))
        return fmt::format("the server ended with {}, and was started too often: {}",
                           in_words(service.server), look);
    return fmt::format(
        "it was started too often{}: systemctl reset-failed l4d2@{}, and then start it",
        service.start_limit
            ? fmt::format(", more than {} times within {} s", service.start_limit->starts,
                          service.start_limit->interval / microseconds)
            : std::string(),
        name);
}

/// systemd's for what it could not execute (systemd.exec(5), "Process Exit Codes").
constexpr std::int64_t could_not_execute = 203;

/// \return the reason, and what to do
std::string why_failed(const ServiceState& service, const ServerOverview& server) {
    const std::string& name = server.name;
    const bool mounted = server.mounted.value_or(true);
    const std::string look = fmt::format("systemctl status l4d2@{}", name);
    if (is_refusal(service.preparation))
        return fmt::format("left4me-overlay refused to mount it: l4d2ctl check {}, or {}", name,
                           look);
    if (service.preparation.code != 0)
        return fmt::format("what prepares it ended with {}: {}", in_words(service.preparation),
                           look);
    if (service.server.code != 0 && !server.server_fault.empty())
        return server.server_fault;
    if (service.cleanup.code != 0)
        return fmt::format("it could not be unmounted when it stopped{}: {}",
                           mounted ? "" : ", and is not mounted any more",
                           mounted ? look : fmt::format("systemctl reset-failed l4d2@{}", name));
    if (service.server.code == CLD_EXITED && service.server.status == could_not_execute)
        return fmt::format("{} could not be executed: l4d2ctl check {}", game::program, name);
    if (service.result == "start-limit-hit")
        return why_given_up(service, name, look);
    if (service.result == "timeout")
        return fmt::format("it did not start or stop in time: {}", look);
    if (service.result == "oom-kill")
        return fmt::format("the machine or its limit was out of memory: {}", look);
    if (service.server.code != 0)
        return fmt::format("the server ended with {}{}: {}", in_words(service.server),
                           service.restarts == 0
                               ? std::string()
                               : fmt::format(", restarts so far: {}", service.restarts),
                           look);
    return fmt::format("it could not be started ({}): {}", service.result, look);
}

/// What there is to say of a server that lacks its instance.env.
std::string why_missing(const ServerOverview& server) {
    const bool runs = server.service && server.service->active == "active";
    if (server.file == FileState::retired && is_down(server))
        return fmt::format(
            "it is down and mounted, and its instance.env is gone: put it back, or {}",
            umount_command(server.name));
    if (server.file == FileState::retired)
        return fmt::format("{}its instance.env is gone: put it back, or systemctl stop l4d2@{}, "
                           "which unmounts it",
                           runs ? "it runs on, and " : "it is mounted, and ", server.name);
    if (server.enabled)
        return fmt::format("there is no instance.env for it: make one, or systemctl disable "
                           "l4d2@{}",
                           server.name);
    if (server.service && server.service->active == "failed")
        return fmt::format("there is no instance.env for it: make one, or systemctl reset-failed "
                           "l4d2@{}",
                           server.name);
    return "there is no instance.env for it any more: systemctl daemon-reload";
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
            {"since", number_or_null(service->since / microseconds)},
            {"restarts", service->restarts},
            {"result", text_or_null(service->result)},
            {"server_end", end_to_json(service->server)},
            {"preparation_end", end_to_json(service->preparation)},
            {"cleanup_end", end_to_json(service->cleanup)}};
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
            {"autostart", server.autostart},
            {"enabled", server.enabled},
            {"masked", server.masked},
            {"port", value_or_null(server.port)},
            {"running_port", value_or_null(server.running_port)},
            {"layers", server.layers},
            {"mounted", value_or_null(server.mounted)},
            {"left_mounted", value_or_null(is_left_mounted(server))},
            {"memory", value_or_null(server.memory)},
            {"upper", upper},
            {"needs_reload", value_or_null(server.needs_reload)},
            {"needs_restart", array_of(server.needs_restart, enum_name<RestartReason>)}};
}

/// \param left  whether its overlay is, which is told elsewhere
std::string why_not_as_it_should_be(const ServerOverview& server, bool left) {
    if (server.file == FileState::unusable || server.file == FileState::refused)
        return server.problem;
    const auto& service = server.service;
    if (service && (service->active == "failed" || service->sub == "auto-restart"))
        return left && service->cleanup.code != 0 && !is_failure(service->preparation)
                   ? std::string()
                   : why_failed(*service, server);
    return server.warning;
}

} // namespace

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
    if (server.file == FileState::refused)
        return "refused";
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

std::optional<bool> is_left_mounted(const ServerOverview& server) {
    if (!server.mounted || !server.service)
        return std::nullopt;
    if (!*server.mounted || !is_down(server))
        return false;
    const ServiceState& service = *server.service;
    if (!server.mounted_at)
        return service.cleanup.code != 0 ? std::optional(true) : std::nullopt;
    // The record has seconds. A stop that could not unmount has tried for some.
    const auto stopped = static_cast<std::int64_t>(service.stopped / microseconds);
    return *server.mounted_at < stopped ||
           (service.cleanup.code != 0 && *server.mounted_at == stopped);
}

std::string explain_state(const ServerOverview& server) {
    if (server.file == FileState::retired || server.file == FileState::missing)
        return why_missing(server);
    const std::optional<bool> left = is_left_mounted(server);
    const bool mounted_without_server = is_down(server) && server.mounted.value_or(false);
    std::string why = why_not_as_it_should_be(server, left.value_or(false));
    if (left.value_or(false))
        return fmt::format("{}{}it is down, and its overlay is still mounted: {}, which names who "
                           "keeps it",
                           why, why.empty() ? "" : "; ", umount_command(server.name));
    if (mounted_without_server && why.empty())
        return left ? "it is down, and its overlay was mounted by hand"
                    : "it is down, and its overlay is mounted: whether by hand, only root can see";
    return why;
}

std::string to_json(const Overview& overview) {
    return printed({{"version", overview_version},
                    {"systemd", overview.asked_systemd},
                    {"complete", overview.complete},
                    {"target_masked", overview.target_masked},
                    {"instances", array_of(overview.servers, server_to_json)}});
}

} // namespace left4me::ctl
